-- SPDX-License-Identifier: Apache-2.0

-- Backups hold every company, so what is known of them is the platform's. No value of a company is in a row:
-- counts, digests and public roots are.
CREATE TABLE backups_backup (
  id          uuid PRIMARY KEY,
  taken_at    timestamptz NOT NULL,
  taken_by    varchar(200) NOT NULL,
  database    varchar(63) NOT NULL,
  -- SHA-256: of what was measured, which a restore is compared with, and of the sealed file.
  digest      varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  file_digest varchar(64) NOT NULL CHECK (file_digest ~ '^[0-9a-f]{64}$'),
  file_bytes  bigint NOT NULL CHECK (file_bytes > 0),
  measured    jsonb NOT NULL CHECK (jsonb_typeof(measured) = 'object' AND octet_length(measured::text) <= 65536),
  doubt_count integer NOT NULL CHECK (doubt_count >= 0)
);
CREATE INDEX backup_by_time ON backups_backup (taken_at DESC);
CALL cortex_make_append_only('backups_backup');

CREATE TABLE backups_verification (
  id               uuid PRIMARY KEY,
  verified_at      timestamptz NOT NULL,
  verified_by      varchar(200) NOT NULL,
  database         varchar(63) NOT NULL,
  -- Of a backup that may have been taken elsewhere, so there is no key to a row above.
  backup_digest    varchar(64) NOT NULL CHECK (backup_digest ~ '^[0-9a-f]{64}$'),
  backup_taken_at  timestamptz NOT NULL,
  is_equal         boolean NOT NULL CHECK (NOT is_equal OR (difference_count = 0 AND doubt_count = 0)),
  expected         jsonb NOT NULL CHECK (jsonb_typeof(expected) = 'object' AND octet_length(expected::text) <= 65536),
  got              jsonb NOT NULL CHECK (jsonb_typeof(got) = 'object' AND octet_length(got::text) <= 65536),
  difference_count integer NOT NULL CHECK (difference_count >= 0),
  doubt_count      integer NOT NULL CHECK (doubt_count >= 0),
  -- The report, of which the leaf has the digest too.
  report_digest    varchar(64) NOT NULL CHECK (report_digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX verification_by_time ON backups_verification (verified_at DESC);
-- A result is evidence: nobody takes one back.
CALL cortex_make_append_only('backups_verification');

GRANT SELECT, INSERT ON backups_backup, backups_verification TO cortex_app;
GRANT SELECT ON backups_backup, backups_verification TO cortex_service;
