-- The newest read of every stream.
SELECT system, stream, status, reason, advice, records FROM stream_status ORDER BY system, stream
