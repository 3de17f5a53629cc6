-- How many gaps there are now, by kind.
SELECT kind,
  count(*) FILTER (WHERE state IN ('open', 'planned')) AS open,
  count(*) FILTER (WHERE state = 'not_decidable') AS undecided
FROM open_gap GROUP BY kind ORDER BY open DESC, kind
