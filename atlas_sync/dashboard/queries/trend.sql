-- Open gaps after each of the last 60 runs that changed anything, newest first, and how many more were not decidable.
SELECT run, as_of,
  coalesce(sum(gaps) FILTER (WHERE state IN ('open', 'planned')), 0) AS open,
  coalesce(sum(gaps) FILTER (WHERE state = 'not_decidable'), 0) AS undecided
FROM gap_count GROUP BY run, as_of ORDER BY run DESC LIMIT 60
