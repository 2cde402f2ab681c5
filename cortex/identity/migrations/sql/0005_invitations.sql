-- SPDX-License-Identifier: Apache-2.0

-- Somebody asked by mail to belong to a company. The link holds company and token; only the token's digest
-- is stored. The address goes when the invitation was answered or withdrawn.
CREATE TABLE identity_invitation (
  id            uuid NOT NULL,
  company_id    uuid NOT NULL REFERENCES tenancy_company,
  email         varchar(254) NOT NULL,
  roles         varchar(20)[] NOT NULL CHECK (
                cardinality(roles) > 0 AND roles <@ ARRAY[
                  'viewer', 'clerk', 'accountant', 'controller', 'auditor', 'administrator', 'service']::varchar[]),
  digest        bytea NOT NULL CHECK (length(digest) = 32),
  invited_by_id uuid REFERENCES identity_user,
  user_id       uuid REFERENCES identity_user,
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  accepted_at   timestamptz,
  withdrawn_at  timestamptz,
  PRIMARY KEY (company_id, id),
  CONSTRAINT invitation_digest_unique UNIQUE (company_id, digest),
  CHECK (accepted_at IS NULL OR (email = '' AND user_id IS NOT NULL)),
  CHECK (withdrawn_at IS NULL OR email = '')
);
CALL cortex_scope_by_company('identity_invitation');
CALL cortex_refuse_truncate('identity_invitation');
GRANT SELECT, INSERT, UPDATE ON identity_invitation TO cortex_app;
GRANT SELECT ON identity_invitation TO cortex_service;
