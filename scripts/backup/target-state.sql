-- What is in the database that is to be replaced: how many tables (of no extension), whether they are EscrowGrid's, how
-- many positions they hold at the most, and who else is connected that could write to it.
SELECT
  (SELECT count(*) FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) AS relations,
  to_regclass('public.schema_migrations') IS NOT NULL AND to_regclass('public.positions') IS NOT NULL AS is_ours,
  (SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user) AS may_rehearse,
  (SELECT coalesce(string_agg(format('%s (%s)', usename, sessions), ', '), '') FROM (
    SELECT usename, count(*) AS sessions FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
      AND CASE WHEN to_regclass('public.positions') IS NOT NULL
        THEN has_table_privilege(usesysid, 'public.positions', 'INSERT') END
    GROUP BY usename ORDER BY usename) AS writers) AS writers
