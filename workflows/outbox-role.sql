-- A role for the Postgres credential of outbox-accept.json and outbox-drain.json: it may read and write
-- the messages, and nothing else. Run it as the table's owner or an administrator, after outbox.sql, in
-- the same database, with the role's password in OUTBOX_PASSWORD; it may be run again:
--   OUTBOX_PASSWORD=… psql -d outbox -f outbox-role.sql        (psql 15 or newer)

\set ON_ERROR_STOP on
\getenv password OUTBOX_PASSWORD
SELECT 'CREATE ROLE outbox' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'outbox') \gexec
ALTER ROLE outbox LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO outbox;
GRANT USAGE ON SCHEMA public TO outbox;
GRANT SELECT, INSERT, UPDATE ON tze_outbox TO outbox;
