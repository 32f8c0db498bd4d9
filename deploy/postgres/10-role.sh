#!/bin/sh
# First start of the database: the product works as the owner of its database, without superuser rights, and reads for
# people as wattkeep_viewer, which row-level security binds.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$WATTKEEP_DB_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role wattkeep login password :'password';
create role wattkeep_viewer nologin;
grant wattkeep_viewer to wattkeep;
create database wattkeep owner wattkeep;
SQL
