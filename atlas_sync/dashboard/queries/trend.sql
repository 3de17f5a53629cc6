-- Open gaps after each of the last 60 runs that changed anything, oldest first.
SELECT run, as_of, sum(gaps) FILTER (WHERE state IN ('open', 'planned')) AS open
FROM gap_count GROUP BY run, as_of ORDER BY run DESC LIMIT 60
