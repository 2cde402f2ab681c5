-- SPDX-License-Identifier: Apache-2.0

-- A member may hold several roles in a company; what each may do is said by the policies.
ALTER TABLE identity_membership ADD COLUMN roles varchar(20)[];
UPDATE identity_membership SET roles = ARRAY[role];
ALTER TABLE identity_membership
  ALTER COLUMN roles SET NOT NULL,
  ADD CONSTRAINT membership_roles_known CHECK (
    cardinality(roles) > 0 AND roles <@ ARRAY[
      'viewer', 'clerk', 'accountant', 'controller', 'auditor', 'administrator', 'service']::varchar[]);

-- Roles that belong to no company. Platform administrators are Django's superusers, and stand there.
ALTER TABLE identity_user
  ADD COLUMN is_plugin_reviewer boolean NOT NULL DEFAULT false;

DROP FUNCTION identity_memberships_of(uuid);
DROP FUNCTION identity_colleagues_of(uuid);
ALTER TABLE identity_membership DROP COLUMN role;

CREATE FUNCTION identity_memberships_of(wanted_user uuid)
RETURNS TABLE (company_id uuid, code text, name text, status text, created_at timestamptz, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT company.id, company.code, company.name, company.status, company.created_at, membership.roles::text[]
    FROM identity_membership AS membership
    JOIN tenancy_company AS company ON company.id = membership.company_id
   WHERE membership.user_id = wanted_user
   ORDER BY company.code;
END;

-- Who belongs to an active company of this user, the user too, and what the user is there.
CREATE FUNCTION identity_colleagues_of(wanted_user uuid)
RETURNS TABLE (user_id uuid, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT colleague.user_id, own.roles::text[]
    FROM identity_membership AS own
    JOIN tenancy_company AS company ON company.id = own.company_id
    JOIN identity_membership AS colleague ON colleague.company_id = own.company_id
   WHERE own.user_id = wanted_user AND company.status = 'active';
END;
REVOKE EXECUTE ON FUNCTION identity_memberships_of(uuid), identity_colleagues_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_memberships_of(uuid), identity_colleagues_of(uuid)
  TO cortex_app, cortex_service;
GRANT UPDATE (roles) ON identity_membership TO cortex_app;
