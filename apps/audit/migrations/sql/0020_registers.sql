-- SPDX-License-Identifier: Apache-2.0
-- What was recorded for the installation when a run was kept: number and root of the leaves of these verbs.

ALTER TABLE audit_check_run
  DROP CONSTRAINT audit_check_run_format_check,
  ADD CONSTRAINT audit_check_run_format_check CHECK (format IN (1, 2, 3)),
  ADD COLUMN register jsonb,
  ADD CONSTRAINT audit_check_run_registers CHECK (format < 3 OR register IS NOT NULL);
