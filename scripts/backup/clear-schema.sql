-- Runs inside the transaction that loads a backup, before it: removes all that is in the schema `public`, except what
-- belongs to extensions. Nothing goes along with it that stands elsewhere: if something does depend on it, this fails.
DO $$
DECLARE
  doomed text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(4842733908451501) THEN
    RAISE EXCEPTION 'a migration, or another restore, is running on this database';
  END IF;
  FOR doomed IN
    WITH own AS (
      SELECT c.oid, c.relkind FROM pg_catalog.pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ), statements (rank, statement) AS (
      SELECT 1, 'DROP VIEW ' || string_agg(oid::regclass::text, ', ') FROM own WHERE relkind = 'v'
      UNION ALL SELECT 2, 'DROP MATERIALIZED VIEW ' || string_agg(oid::regclass::text, ', ') FROM own WHERE relkind = 'm'
      UNION ALL SELECT 3, 'DROP TABLE ' || string_agg(oid::regclass::text, ', ') FROM own WHERE relkind IN ('r', 'p')
    )
    SELECT statement FROM statements WHERE statement IS NOT NULL ORDER BY rank
  LOOP
    EXECUTE doomed;
  END LOOP;
  -- Sequences of columns, and the types of rows, went with their tables.
  FOR doomed IN
    SELECT 'DROP SEQUENCE ' || oid::regclass FROM pg_catalog.pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
    UNION ALL
    SELECT CASE prokind WHEN 'a' THEN 'DROP AGGREGATE ' ELSE 'DROP ROUTINE ' END || p.oid::regprocedure
    FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE doomed;
  END LOOP;
END
$$;
