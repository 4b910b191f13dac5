-- Roles and databases of the services, run once by a new PostgreSQL container.
-- Printed by `node deploy/postgres/service-database.mjs`; a spec proves that this file equals its output.
\set ON_ERROR_STOP on
\set gateway_owner_password `cat /run/secrets/gateway_owner_password`
\set gateway_app_password `cat /run/secrets/gateway_app_password`
do $$ begin create role gateway_owner login; exception when duplicate_object then null; end $$;
alter role gateway_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'gateway_owner_password';
do $$ begin create role gateway_app login; exception when duplicate_object then null; end $$;
alter role gateway_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'gateway_app_password';
alter role gateway_app set statement_timeout = '2s';
alter role gateway_app set lock_timeout = '1s';
alter role gateway_app set idle_in_transaction_session_timeout = '120s';
alter role gateway_app set timezone = 'UTC';
alter role gateway_app set random_page_cost = '1.1';
do $$ begin alter role gateway_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_gateway owner gateway_owner template template0 encoding 'UTF8';
\connect aftercare_gateway
revoke all on database aftercare_gateway from public;
grant connect, temporary on database aftercare_gateway to gateway_owner, gateway_app;
alter schema public owner to gateway_owner;
revoke all on schema public from public;
grant usage on schema public to gateway_app;
\connect postgres
\set dealers_owner_password `cat /run/secrets/dealers_owner_password`
\set dealers_app_password `cat /run/secrets/dealers_app_password`
do $$ begin create role dealers_owner login; exception when duplicate_object then null; end $$;
alter role dealers_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'dealers_owner_password';
do $$ begin create role dealers_app login; exception when duplicate_object then null; end $$;
alter role dealers_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'dealers_app_password';
alter role dealers_app set statement_timeout = '2s';
alter role dealers_app set lock_timeout = '1s';
alter role dealers_app set idle_in_transaction_session_timeout = '120s';
alter role dealers_app set timezone = 'UTC';
alter role dealers_app set random_page_cost = '1.1';
do $$ begin alter role dealers_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_dealers owner dealers_owner template template0 encoding 'UTF8';
\connect aftercare_dealers
revoke all on database aftercare_dealers from public;
grant connect, temporary on database aftercare_dealers to dealers_owner, dealers_app;
alter schema public owner to dealers_owner;
revoke all on schema public from public;
grant usage on schema public to dealers_app;
\connect postgres
\set customers_owner_password `cat /run/secrets/customers_owner_password`
\set customers_app_password `cat /run/secrets/customers_app_password`
do $$ begin create role customers_owner login; exception when duplicate_object then null; end $$;
alter role customers_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'customers_owner_password';
do $$ begin create role customers_app login; exception when duplicate_object then null; end $$;
alter role customers_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'customers_app_password';
alter role customers_app set statement_timeout = '2s';
alter role customers_app set lock_timeout = '1s';
alter role customers_app set idle_in_transaction_session_timeout = '120s';
alter role customers_app set timezone = 'UTC';
alter role customers_app set random_page_cost = '1.1';
do $$ begin alter role customers_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_customers owner customers_owner template template0 encoding 'UTF8';
\connect aftercare_customers
revoke all on database aftercare_customers from public;
grant connect, temporary on database aftercare_customers to customers_owner, customers_app;
alter schema public owner to customers_owner;
revoke all on schema public from public;
grant usage on schema public to customers_app;
\connect postgres
\set repairs_owner_password `cat /run/secrets/repairs_owner_password`
\set repairs_app_password `cat /run/secrets/repairs_app_password`
do $$ begin create role repairs_owner login; exception when duplicate_object then null; end $$;
alter role repairs_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'repairs_owner_password';
do $$ begin create role repairs_app login; exception when duplicate_object then null; end $$;
alter role repairs_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'repairs_app_password';
alter role repairs_app set statement_timeout = '2s';
alter role repairs_app set lock_timeout = '1s';
alter role repairs_app set idle_in_transaction_session_timeout = '120s';
alter role repairs_app set timezone = 'UTC';
alter role repairs_app set random_page_cost = '1.1';
do $$ begin alter role repairs_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_repairs owner repairs_owner template template0 encoding 'UTF8';
\connect aftercare_repairs
revoke all on database aftercare_repairs from public;
grant connect, temporary on database aftercare_repairs to repairs_owner, repairs_app;
alter schema public owner to repairs_owner;
revoke all on schema public from public;
grant usage on schema public to repairs_app;
\connect postgres
\set parts_owner_password `cat /run/secrets/parts_owner_password`
\set parts_app_password `cat /run/secrets/parts_app_password`
do $$ begin create role parts_owner login; exception when duplicate_object then null; end $$;
alter role parts_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'parts_owner_password';
do $$ begin create role parts_app login; exception when duplicate_object then null; end $$;
alter role parts_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'parts_app_password';
alter role parts_app set statement_timeout = '2s';
alter role parts_app set lock_timeout = '1s';
alter role parts_app set idle_in_transaction_session_timeout = '120s';
alter role parts_app set timezone = 'UTC';
alter role parts_app set random_page_cost = '1.1';
do $$ begin alter role parts_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_parts owner parts_owner template template0 encoding 'UTF8';
\connect aftercare_parts
revoke all on database aftercare_parts from public;
grant connect, temporary on database aftercare_parts to parts_owner, parts_app;
alter schema public owner to parts_owner;
revoke all on schema public from public;
grant usage on schema public to parts_app;
\connect postgres
\set invoicing_owner_password `cat /run/secrets/invoicing_owner_password`
\set invoicing_app_password `cat /run/secrets/invoicing_app_password`
do $$ begin create role invoicing_owner login; exception when duplicate_object then null; end $$;
alter role invoicing_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'invoicing_owner_password';
do $$ begin create role invoicing_app login; exception when duplicate_object then null; end $$;
alter role invoicing_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'invoicing_app_password';
alter role invoicing_app set statement_timeout = '2s';
alter role invoicing_app set lock_timeout = '1s';
alter role invoicing_app set idle_in_transaction_session_timeout = '120s';
alter role invoicing_app set timezone = 'UTC';
alter role invoicing_app set random_page_cost = '1.1';
do $$ begin alter role invoicing_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_invoicing owner invoicing_owner template template0 encoding 'UTF8';
\connect aftercare_invoicing
revoke all on database aftercare_invoicing from public;
grant connect, temporary on database aftercare_invoicing to invoicing_owner, invoicing_app;
alter schema public owner to invoicing_owner;
revoke all on schema public from public;
grant usage on schema public to invoicing_app;
\connect postgres
\set insights_owner_password `cat /run/secrets/insights_owner_password`
\set insights_app_password `cat /run/secrets/insights_app_password`
do $$ begin create role insights_owner login; exception when duplicate_object then null; end $$;
alter role insights_owner with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'insights_owner_password';
do $$ begin create role insights_app login; exception when duplicate_object then null; end $$;
alter role insights_app with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'insights_app_password';
alter role insights_app set statement_timeout = '2s';
alter role insights_app set lock_timeout = '1s';
alter role insights_app set idle_in_transaction_session_timeout = '120s';
alter role insights_app set timezone = 'UTC';
alter role insights_app set random_page_cost = '1.1';
do $$ begin alter role insights_app set deadlock_timeout = '200ms'; exception when insufficient_privilege then null; end $$;
create database aftercare_insights owner insights_owner template template0 encoding 'UTF8';
\connect aftercare_insights
revoke all on database aftercare_insights from public;
grant connect, temporary on database aftercare_insights to insights_owner, insights_app;
alter schema public owner to insights_owner;
revoke all on schema public from public;
grant usage on schema public to insights_app;
\connect postgres
