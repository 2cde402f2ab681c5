-- SPDX-License-Identifier: Apache-2.0
-- Whether the program that proposed acted for a person. NULL: from before it was written down. The digest of
-- those is over the program's name alone, and who was behind it can no longer be told from a service user.
ALTER TABLE approvals_proposal
  ADD COLUMN proposer_acts_for_person boolean,
  ADD CONSTRAINT proposal_acts_for_a_known_person
    CHECK (proposer_acts_for_person IS NOT TRUE OR (proposer_kind = 'client' AND proposer_user_id IS NOT NULL));
