-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE audit_reconciliation (
  company_id       uuid NOT NULL REFERENCES tenancy_company,
  id               uuid NOT NULL,
  started_at       timestamptz NOT NULL,
  finished_at      timestamptz NOT NULL,
  document_count   bigint NOT NULL CHECK (document_count >= 0),
  difference_count bigint NOT NULL CHECK (difference_count >= 0),
  -- The first hundred; more of them say nothing more.
  differences      jsonb NOT NULL CHECK (jsonb_typeof(differences) = 'array'
                                         AND jsonb_array_length(differences) <= 100),
  PRIMARY KEY (company_id, id)
);
-- A result is evidence: nobody takes one back.
CALL cortex_make_append_only('audit_reconciliation');
CALL cortex_scope_by_company('audit_reconciliation');
GRANT SELECT, INSERT ON audit_reconciliation TO cortex_app;
GRANT SELECT ON audit_reconciliation TO cortex_service;
