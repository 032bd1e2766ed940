#!/bin/sh
# Makes a fresh PostgreSQL into what the service expects of Supabase: roles, tables, sample companies.
# The image runs it once, when the database is empty. SUPABASE_DIR: where supabase/ is mounted.
set -eu
dir=${SUPABASE_DIR:-/supabase}
run () { psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-postgres}" "$@"; }

# The roles that every Supabase project has. PostgREST logs in as authenticator and becomes the role of the key.
run -v password="$AUTHENTICATOR_PASSWORD" <<'SQL'
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit password :'password';
grant anon, authenticated, service_role to authenticator;
grant usage on schema public to anon, authenticated, service_role;
SQL

for file in "$dir"/migrations/*.sql "$dir"/seed.sql; do run -f "$file"; done
