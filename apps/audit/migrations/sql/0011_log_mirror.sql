-- SPDX-License-Identifier: Apache-2.0

-- How far each mirror of the log is. It proves nothing: what is in the bucket is told by the bucket.
CREATE TABLE audit_log_mirror (
  -- Address and bucket: another bucket begins anew.
  name        varchar(500) PRIMARY KEY,
  leaves      bigint NOT NULL CHECK (leaves >= 0),
  tree_size   bigint NOT NULL CHECK (tree_size BETWEEN 0 AND leaves),
  mirrored_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON audit_log_mirror TO cortex_service;
GRANT SELECT ON audit_log_mirror TO cortex_app;
