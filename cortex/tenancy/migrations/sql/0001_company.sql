-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE tenancy_company (
  id         uuid PRIMARY KEY,
  code       varchar(20) NOT NULL CONSTRAINT company_code_unique UNIQUE
             CONSTRAINT company_code_plain CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]*$'),
  name       varchar(200) NOT NULL,
  status     varchar(10) NOT NULL CHECK (status IN ('active', 'suspended')),
  created_at timestamptz NOT NULL
);
-- Enabled but not forced: the two lookups below run as the owner and must find a company by its code
-- before anybody's scope is known. They tell an id or nothing.
ALTER TABLE tenancy_company ENABLE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON tenancy_company
  USING (id = ANY ((SELECT cortex_scope())::uuid[])) WITH CHECK (id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON tenancy_company TO cortex_service USING (true);
CALL cortex_refuse_truncate('tenancy_company');
GRANT SELECT, INSERT ON tenancy_company TO cortex_app, cortex_service;
GRANT UPDATE (name, status) ON tenancy_company TO cortex_app;

CREATE FUNCTION tenancy_company_id(wanted_code text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT id FROM tenancy_company WHERE code = wanted_code;
END;
REVOKE EXECUTE ON FUNCTION tenancy_company_id(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenancy_company_id(text) TO cortex_app, cortex_service;

CREATE FUNCTION tenancy_all_company_ids() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT id FROM tenancy_company ORDER BY code;
END;
REVOKE EXECUTE ON FUNCTION tenancy_all_company_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenancy_all_company_ids() TO cortex_app, cortex_service;
