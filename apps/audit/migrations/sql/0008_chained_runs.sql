-- SPDX-License-Identifier: Apache-2.0

-- Each run of checks names the one before it, so that whoever is shown some sees when one between them is kept back.
-- Runs of format 1, from before, fixed neither times nor reasons in the log.
ALTER TABLE audit_check_run
  ADD COLUMN format smallint NOT NULL DEFAULT 1 CHECK (format IN (1, 2)),
  ADD COLUMN previous_digest varchar(64) CHECK (previous_digest ~ '^[0-9a-f]{64}$');
