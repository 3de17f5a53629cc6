-- Gaps about tracker projects that no deal leads to, worst first. The filters are those of the portfolio.
SELECT id, title, state, severity, next_step, opened_at, undecided_because FROM open_gap
WHERE kind = 'project_without_deal'
  AND ($kind = '' OR kind = $kind)
  AND ($severity = '' OR severity = $severity)
  AND ($state = '' OR state = $state)
  AND ($q = '' OR contains(lower(title), lower($q)))
ORDER BY CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, title
