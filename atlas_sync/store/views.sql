-- Views of the published snapshot that dashboards and BI tools may rely on. Times are UTC.

-- Gaps that are neither resolved nor waived; that of a project without a deal has no engagement.
CREATE VIEW open_gap AS
SELECT g.*, e.name AS engagement_name, e.client_name, e.owner_sales, e.amount, e.currency
FROM gap g LEFT JOIN engagement e ON e.id = g.engagement_id
WHERE g.state NOT IN ('resolved', 'waived');

CREATE VIEW portfolio AS
SELECT
    e.id, e.name, e.client_name, e.stage, e.stage_label, e.owner_sales, e.owner_sales_active,
    e.amount, e.currency, e.won_at,
    count(g.id) FILTER (WHERE g.state IN ('open', 'planned')) AS gaps_open,
    count(g.id) FILTER (WHERE g.state = 'not_decidable') AS gaps_undecided,
    count(g.id) FILTER (WHERE g.severity = 'high' AND g.state IN ('open', 'planned')) AS gaps_high,
    min(g.opened_at) FILTER (WHERE g.state IN ('open', 'planned')) AS oldest_gap_at,
    (SELECT count(*) FROM promise p WHERE p.engagement_id = e.id AND p.status <> 'withdrawn' AND NOT p.needs_review) AS promises,
    (SELECT count(*) FROM promise p WHERE p.engagement_id = e.id AND p.needs_review) AS promises_in_review,
    (SELECT string_agg(DISTINCT d.key, ', ' ORDER BY d.key) FROM delivery_project d WHERE d.engagement_id = e.id) AS project_keys
FROM engagement e LEFT JOIN gap g ON g.engagement_id = e.id AND g.state NOT IN ('resolved', 'waived')
GROUP BY ALL;

CREATE VIEW stream_status AS
SELECT system, stream, status, reason, advice, records, pages, run, watermark
FROM pull
QUALIFY row_number() OVER (PARTITION BY system, stream ORDER BY run DESC) = 1;
