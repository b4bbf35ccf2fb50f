-- Answers one JSON object: how many rows each table has, of those that belong to no extension. As a statement that is
-- made first, since which tables there are depends on the migrations.
SELECT 'SELECT json_object_agg(name, rows ORDER BY name) FROM ('
  || string_agg(format('SELECT %L AS name, count(*) AS rows FROM %s', c.relname, c.oid::regclass), ' UNION ALL ')
  || ') AS counted' AS statement
FROM pg_catalog.pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
