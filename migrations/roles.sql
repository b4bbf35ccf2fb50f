-- The rights of the application's role, stated as a whole: what is not granted here is taken away.
-- Can be run again at any time by the owner of the schema, also with psql after a restore.
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
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, escrowgrid_app;

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
  public.audit_events
TO escrowgrid_app;

-- Whoever runs the service may ask which migrations were applied.
GRANT SELECT ON public.schema_migrations TO escrowgrid_app;

COMMIT;
