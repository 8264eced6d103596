-- The two PostgreSQL roles of the server, for psql as a superuser, in the database of the server:
--
--   SAAS_API_OWNER_PASSWORD=… SAAS_API_APP_PASSWORD=… \
--     psql --dbname saas_api --file deploy/postgres-roles.sql
--
-- Running it again sets the passwords anew. Rights on tables come with the migrations (`saas-api migrate`, as
-- saas_api_owner), which know which table is append-only.
\set ON_ERROR_STOP on
\getenv owner_password SAAS_API_OWNER_PASSWORD
\getenv app_password SAAS_API_APP_PASSWORD
\if :{?owner_password}
\else
  \warn 'SAAS_API_OWNER_PASSWORD is not set'
  SELECT 1 / 0;
\endif
\if :{?app_password}
\else
  \warn 'SAAS_API_APP_PASSWORD is not set'
  SELECT 1 / 0;
\endif

BEGIN;

-- Keeps the passwords out of the server's log.
SET LOCAL log_statement = 'none';
SET LOCAL log_min_duration_statement = -1;
SET LOCAL log_min_error_statement = 'panic';

SELECT format('CREATE ROLE %I', role)
FROM unnest(ARRAY['saas_api_owner', 'saas_api_app']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

-- Owns the schemas and runs the migrations; forced row-level security binds it too. It may create schemas because each
-- siloed organisation has one: two functions with its rights make and remove them for the server.
ALTER ROLE saas_api_owner LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE
  PASSWORD :'owner_password';
-- What the server runs as: it owns nothing, and the policies decide which rows it sees.
ALTER ROLE saas_api_app LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE
  PASSWORD :'app_password';

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database())
\gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO saas_api_app', current_database())
\gexec
SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO saas_api_owner', current_database())
\gexec

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO saas_api_owner;
GRANT USAGE ON SCHEMA public TO saas_api_app;

COMMIT;
