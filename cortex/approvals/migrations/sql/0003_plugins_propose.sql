-- SPDX-License-Identifier: Apache-2.0
-- A plugin proposes too, always for a person: whoever that is decides nothing that it proposed.
ALTER TABLE approvals_proposal
  DROP CONSTRAINT approvals_proposal_proposer_kind_check,
  DROP CONSTRAINT proposal_acts_for_a_known_person,
  ADD CONSTRAINT approvals_proposal_proposer_kind_check
    CHECK (proposer_kind IN ('user', 'client', 'service', 'plugin')),
  ADD CONSTRAINT proposal_acts_for_a_known_person
    CHECK (proposer_acts_for_person IS NOT TRUE
           OR (proposer_kind IN ('client', 'plugin') AND proposer_user_id IS NOT NULL)),
  ADD CONSTRAINT proposal_of_a_plugin_has_a_person
    CHECK (proposer_kind <> 'plugin' OR proposer_acts_for_person IS TRUE);
