-- SPDX-License-Identifier: Apache-2.0

-- Where a decision stands in commit order, so that denials are sealed by the difference of two snapshots and none
-- falls between two intervals. What was decided before has position 0 of cluster 0, which every snapshot knows:
-- constants, so that no row is written anew.
ALTER TABLE policy_decision
  ADD COLUMN recorded_xid xid8 NOT NULL DEFAULT '0'::xid8,
  ADD COLUMN cluster_epoch smallint NOT NULL DEFAULT 0;
ALTER TABLE policy_decision
  ALTER COLUMN recorded_xid SET DEFAULT pg_current_xact_id(),
  ALTER COLUMN cluster_epoch SET DEFAULT cortex_cluster_epoch();

-- Who writes a decision says nothing of the transaction that does. The cluster is asked for once a statement.
REVOKE INSERT ON policy_decision FROM cortex_app;
GRANT INSERT (id, company_id, decided_at, principal, action, resource_type, resource_id, is_allowed, reason, needs,
  policy_ids, version, packaged_digest, is_break_glass, question, cluster_epoch) ON policy_decision TO cortex_app;
