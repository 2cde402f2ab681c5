-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE storage_stored_file (
  id         uuid NOT NULL,
  company_id uuid NOT NULL REFERENCES tenancy_company,
  name       varchar(200) NOT NULL,
  content    bytea NOT NULL,
  digest     bytea NOT NULL GENERATED ALWAYS AS (sha256(content)) STORED,
  size_bytes integer NOT NULL GENERATED ALWAYS AS (octet_length(content)) STORED,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (company_id, id)
);
CALL cortex_scope_by_company('storage_stored_file');
CALL cortex_refuse_truncate('storage_stored_file');
GRANT SELECT, INSERT, DELETE ON storage_stored_file TO cortex_app;
GRANT SELECT ON storage_stored_file TO cortex_service;
