-- The rights of the application's role, stated as a whole: what is not granted here is taken away, and so is all
-- that everybody has by being a role (PUBLIC). Can be run again at any time by the owner of the schema, also with
-- psql after a restore. Other roles, of backups or monitoring, keep what was granted to themselves.
BEGIN;

-- Two sessions that change the privileges of one table at once would make one of them fail.
SELECT pg_advisory_xact_lock(4842733908451502);

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'escrowgrid_app') THEN
    CREATE ROLE escrowgrid_app NOLOGIN;
  END IF;
EXCEPTION
  -- Roles belong to the whole server: a session of another database may have made it a moment ago.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC, escrowgrid_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, escrowgrid_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, escrowgrid_app;
REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC, escrowgrid_app;

-- PostgreSQL would let everybody run the functions, and use the types, that this owner makes later.
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON ROUTINES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON ROUTINES FROM PUBLIC, escrowgrid_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TYPES FROM PUBLIC, escrowgrid_app;

-- The database itself: who may enter, and where a session looks for names, whoever opened it and through whatever
-- pooler. Temporary tables, which would be found before others of their name, are nobody's but the owner's.
DO $$
DECLARE
  wanted text[] := ARRAY[
    format('REVOKE ALL ON DATABASE %I FROM PUBLIC, escrowgrid_app', current_database()),
    format('GRANT CONNECT ON DATABASE %I TO escrowgrid_app', current_database()),
    format('ALTER DATABASE %I SET search_path = public, pg_temp', current_database())
  ];
  this pg_catalog.pg_database;
  statement text;
BEGIN
  SELECT * INTO STRICT this FROM pg_catalog.pg_database WHERE datname = current_database();
  IF pg_has_role(current_user, this.datdba, 'USAGE') THEN
    FOREACH statement IN ARRAY wanted LOOP
      EXECUTE statement;
    END LOOP;
  ELSIF EXISTS (
    SELECT FROM aclexplode(coalesce(this.datacl, acldefault('d', this.datdba)))
    WHERE grantee = 0 OR (grantee = 'escrowgrid_app'::regrole AND privilege_type <> 'CONNECT')
  )
  OR NOT has_database_privilege('escrowgrid_app', this.oid, 'CONNECT')
  OR NOT EXISTS (
    SELECT FROM pg_catalog.pg_db_role_setting
    WHERE setdatabase = this.oid AND setrole = 0 AND 'search_path=public, pg_temp' = ANY (setconfig)
  ) THEN
    RAISE WARNING 'the database belongs to %, who alone can close it to others; have this run as that role: %;',
      this.datdba::regrole,
      array_to_string(wanted || format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), current_user), '; ');
  END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO escrowgrid_app;

GRANT SELECT, INSERT, UPDATE ON
  public.institutions,
  public.api_keys,
  public.asset_templates,
  public.assets,
  public.institution_policies,
  public.positions,
  public.idempotency_records
TO escrowgrid_app;

-- Expired records are the only rows that the service ever removes.
GRANT DELETE ON public.idempotency_records TO escrowgrid_app;

-- History is written once.
GRANT SELECT, INSERT ON
  public.position_events,
  public.ledger_events,
  public.audit_events,
  public.checkpoints
TO escrowgrid_app;

-- Whoever runs the service may ask which migrations were applied.
GRANT SELECT ON public.schema_migrations TO escrowgrid_app;

COMMIT;
