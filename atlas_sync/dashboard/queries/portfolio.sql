-- One row an engagement that is won, worst first. $q, $kind, $severity and $state are filters; an empty text lets all pass.
-- Only gaps that pass are counted, so that what leads to a filter and what it shows are one number.
SELECT p.* EXCLUDE (gaps_open, gaps_undecided, gaps_high, oldest_gap_at), h.score, count(g.id) AS matching,
  count(g.id) FILTER (WHERE g.state IN ('open', 'planned')) AS gaps_open,
  count(g.id) FILTER (WHERE g.state = 'not_decidable') AS gaps_undecided,
  count(g.id) FILTER (WHERE g.severity = 'high' AND g.state IN ('open', 'planned')) AS gaps_high,
  min(g.opened_at) FILTER (WHERE g.state IN ('open', 'planned')) AS oldest_gap_at
FROM portfolio p LEFT JOIN handoff h ON h.engagement_id = p.id LEFT JOIN open_gap g
  ON g.engagement_id = p.id
  AND ($kind = '' OR g.kind = $kind)
  AND ($severity = '' OR g.severity = $severity)
  AND ($state = '' OR g.state = $state)
WHERE p.stage = 'won'
  AND ($q = '' OR contains(lower(concat_ws(' ', p.name, p.client_name, p.owner_sales, p.project_keys)), lower($q)))
GROUP BY ALL
HAVING ($kind = '' AND $severity = '' AND $state = '') OR count(g.id) > 0
ORDER BY gaps_high DESC, gaps_open DESC, p.name
