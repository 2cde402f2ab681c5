-- SPDX-License-Identifier: Apache-2.0

-- The rules in force against the program and what lies in the clear, once a day: for the platform as a whole.
CREATE TABLE audit_governance_check (
  id             uuid PRIMARY KEY,
  checked_at     timestamptz NOT NULL,
  version_number integer NOT NULL CHECK (version_number >= 0),
  problem_count  integer NOT NULL CHECK (problem_count >= 0),
  -- The first hundred, in sentences about names of data and fields: nothing of what they hold.
  problems       jsonb NOT NULL CHECK (jsonb_typeof(problems) = 'array' AND jsonb_array_length(problems) <= 100),
  -- Field to rows in the clear, of those that are sealed.
  clear_counts   jsonb NOT NULL CHECK (jsonb_typeof(clear_counts) = 'object'),
  clear_count    bigint NOT NULL CHECK (clear_count >= 0)
);
CALL cortex_make_append_only('audit_governance_check');
GRANT SELECT, INSERT ON audit_governance_check TO cortex_app;
GRANT SELECT ON audit_governance_check TO cortex_service;
