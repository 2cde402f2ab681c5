-- SPDX-License-Identifier: Apache-2.0

-- Stored leaves against the signed tree, once a day: no company's, since the tree is everybody's.
CREATE TABLE audit_log_comparison (
  id               uuid PRIMARY KEY,
  started_at       timestamptz NOT NULL,
  finished_at      timestamptz NOT NULL CHECK (finished_at >= started_at),
  tree_size        bigint NOT NULL CHECK (tree_size > 0),
  difference_count bigint NOT NULL CHECK (difference_count >= 0),
  -- The first hundred: places and hashes, nothing of what leaves say.
  differences      jsonb NOT NULL CHECK (jsonb_typeof(differences) = 'array'
                                         AND jsonb_array_length(differences) <= 100)
);
CALL cortex_make_append_only('audit_log_comparison');
GRANT SELECT, INSERT ON audit_log_comparison TO cortex_app;
GRANT SELECT ON audit_log_comparison TO cortex_service;
