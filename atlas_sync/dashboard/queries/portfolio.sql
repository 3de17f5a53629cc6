-- One row an engagement that is won, worst first. $q, $kind, $severity and $state are filters; an empty text lets all pass.
SELECT p.*, h.score, count(g.id) AS matching
FROM portfolio p LEFT JOIN handoff h ON h.engagement_id = p.id LEFT JOIN open_gap g
  ON g.engagement_id = p.id
  AND ($kind = '' OR g.kind = $kind)
  AND ($severity = '' OR g.severity = $severity)
  AND ($state = '' OR g.state = $state)
WHERE p.stage = 'won'
  AND ($q = '' OR contains(lower(concat_ws(' ', p.name, p.client_name, p.owner_sales, p.project_keys)), lower($q)))
GROUP BY ALL
HAVING ($kind = '' AND $severity = '' AND $state = '') OR count(g.id) > 0
ORDER BY p.gaps_high DESC, p.gaps_open DESC, p.name
