-- Makes the role that the service logs in as, or gives it another password. All its rights come from escrowgrid_app,
-- which `escrowgrid migrate up` makes before. To be run by psql as the owner, with the password in the environment:
--   SERVICE_DATABASE_PASSWORD=… psql -X -v ON_ERROR_STOP=1 -f deploy/service-login.sql
-- `-v role=…` names another role than escrowgrid_service.
-- Whoever may (a superuser) has its statements left out of the server's log, which would show the password. Others need
-- log_statement = none there, or to change the password later by psql's \password, which sends a verifier of it.
SELECT pg_catalog.current_setting('is_superuser') = 'on' AS may_be_silent \gset
\if :may_be_silent
  SET log_statement = 'none';
  SET log_min_duration_statement = -1;
  SET log_min_error_statement = 'panic';
\endif
\getenv password SERVICE_DATABASE_PASSWORD
\if :{?password}
\else
  \set password ''
\endif
SELECT :'password' = '' AS has_none \gset
\if :has_none
  \warn SERVICE_DATABASE_PASSWORD is not set: the service would have no password.
  DO $$ BEGIN RAISE EXCEPTION 'nothing was done'; END $$;
\endif
\if :{?role}
\else
  \set role escrowgrid_service
\endif
SELECT pg_catalog.format('CREATE ROLE %I LOGIN IN ROLE escrowgrid_app', :'role')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN PASSWORD :'password';
