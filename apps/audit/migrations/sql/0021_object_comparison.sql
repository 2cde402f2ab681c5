-- SPDX-License-Identifier: Apache-2.0

-- A comparison is of objects that verbs change as well as of documents; of earlier ones nothing is known.
ALTER TABLE audit_reconciliation
  ADD COLUMN object_count  bigint NOT NULL DEFAULT 0 CHECK (object_count >= 0),
  ADD COLUMN earlier_count bigint NOT NULL DEFAULT 0 CHECK (earlier_count >= 0);

-- Objects of the platform against its leaves, once a day: users, clients, policies are no company's.
CREATE TABLE audit_platform_comparison (
  id               uuid PRIMARY KEY,
  started_at       timestamptz NOT NULL,
  finished_at      timestamptz NOT NULL CHECK (finished_at >= started_at),
  object_count     bigint NOT NULL CHECK (object_count >= 0),
  earlier_count    bigint NOT NULL CHECK (earlier_count >= 0),
  difference_count bigint NOT NULL CHECK (difference_count >= 0),
  -- The first hundred: ids and digests, nothing of what objects say.
  differences      jsonb NOT NULL CHECK (jsonb_typeof(differences) = 'array'
                                         AND jsonb_array_length(differences) <= 100)
);
CALL cortex_make_append_only('audit_platform_comparison');
GRANT SELECT, INSERT ON audit_platform_comparison TO cortex_app;
GRANT SELECT ON audit_platform_comparison TO cortex_service;
