-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE api_idempotency_key (
  id             uuid PRIMARY KEY,
  company_id     uuid REFERENCES tenancy_company,
  principal      varchar(200) NOT NULL,
  key            varchar(255) NOT NULL,
  request_digest bytea NOT NULL CHECK (octet_length(request_digest) = 32),
  status         smallint,
  headers        jsonb NOT NULL,
  body           bytea,
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  -- Concurrent duplicates meet here: the second waits until the first commits or gives up.
  CONSTRAINT idempotency_key_unique UNIQUE (principal, key)
);
CREATE INDEX idempotency_key_expiry ON api_idempotency_key (expires_at);
-- A stored answer holds rows of a company, so it is seen within that company's scope only.
ALTER TABLE api_idempotency_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON api_idempotency_key
  USING (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON api_idempotency_key TO cortex_service USING (true);
GRANT SELECT, INSERT, DELETE, UPDATE (status, headers, body) ON api_idempotency_key TO cortex_app;
GRANT SELECT, DELETE ON api_idempotency_key TO cortex_service;
