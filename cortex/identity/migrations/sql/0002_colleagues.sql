-- SPDX-License-Identifier: Apache-2.0

-- Who belongs to an active company of this user, the user too, and what the user is there.
CREATE FUNCTION identity_colleagues_of(wanted_user uuid)
RETURNS TABLE (user_id uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT colleague.user_id, own.role
    FROM identity_membership AS own
    JOIN tenancy_company AS company ON company.id = own.company_id
    JOIN identity_membership AS colleague ON colleague.company_id = own.company_id
   WHERE own.user_id = wanted_user AND company.status = 'active';
END;
REVOKE EXECUTE ON FUNCTION identity_colleagues_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_colleagues_of(uuid) TO cortex_app, cortex_service;
