-- SPDX-License-Identifier: Apache-2.0

-- What was denied between two positions in commit order: in one company, or, without one, in all and on the platform.
-- No decision is here: its id and its hash are, so that each denial is proved and none is shown.
CREATE TABLE audit_denial_seal (
  id           uuid PRIMARY KEY,
  company_id   uuid REFERENCES tenancy_company,
  ordinal      bigint NOT NULL CHECK (ordinal >= 0),
  sealed_at    timestamptz NOT NULL,
  denial_count bigint NOT NULL CHECK (denial_count >= 0),
  -- In the order of the ids: sixteen bytes of an id, thirty-two of the leaf hash over the decision.
  denials      bytea NOT NULL CHECK (octet_length(denials) = 48 * denial_count),
  -- All of it but the denials, with from where to where, in its canonical form. The leaf carries its digest.
  statement    bytea NOT NULL CHECK (octet_length(statement) <= 65536),
  CONSTRAINT denial_seal_unique UNIQUE NULLS NOT DISTINCT (company_id, ordinal)
);
CALL cortex_make_append_only('audit_denial_seal');
ALTER TABLE audit_denial_seal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON audit_denial_seal USING (company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON audit_denial_seal TO cortex_service USING (true);

-- Decisions against what was sealed of them, once a day: no company's, for one seal is over all.
CREATE TABLE audit_denial_comparison (
  id               uuid PRIMARY KEY,
  started_at       timestamptz NOT NULL,
  finished_at      timestamptz NOT NULL CHECK (finished_at >= started_at),
  seal_count       bigint NOT NULL CHECK (seal_count >= 0),
  denial_count     bigint NOT NULL CHECK (denial_count >= 0),
  difference_count bigint NOT NULL CHECK (difference_count >= 0),
  -- The first hundred: ids and hashes.
  differences      jsonb NOT NULL CHECK (jsonb_typeof(differences) = 'array'
                                         AND jsonb_array_length(differences) <= 100)
);
CALL cortex_make_append_only('audit_denial_comparison');

GRANT SELECT, INSERT ON audit_denial_seal, audit_denial_comparison TO cortex_app;
GRANT SELECT ON audit_denial_seal, audit_denial_comparison TO cortex_service;
