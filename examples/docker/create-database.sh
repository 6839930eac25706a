#!/bin/sh
# Runs once, when PostgreSQL's volume is new: makes the server's database and the ordinary role that
# owns it. Not the superuser: row-level security, the second wall between projects, does not hold
# superusers.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres \
    --set password="$(cat /run/secrets/tenantry_password)" <<'SQL'
CREATE ROLE tenantry LOGIN PASSWORD :'password';
CREATE DATABASE tenantry OWNER tenantry;
SQL
