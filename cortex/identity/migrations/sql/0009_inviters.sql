-- SPDX-License-Identifier: Apache-2.0
-- Who invites, with the scopes and the certificate of then: a program that may do no more lets nobody in by a
-- link that it sent before. With consent a second person agreed to the invitation. NULL: from before it was written down; such a link opens nothing until it is sent
-- again.
ALTER TABLE identity_invitation
  ADD COLUMN inviter_kind            varchar(10) CHECK (inviter_kind IN ('user', 'client', 'service')),
  ADD COLUMN inviter_id              varchar(150) NOT NULL DEFAULT '',
  ADD COLUMN inviter_scopes          jsonb,
  ADD COLUMN inviter_acts_for_person boolean NOT NULL DEFAULT false,
  ADD COLUMN inviter_certificate     varchar(300) NOT NULL DEFAULT '',
  ADD COLUMN inviter_has_consent     boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT invitation_names_its_inviter
    CHECK ((inviter_kind IS NULL) = (inviter_id = '')),
  ADD CONSTRAINT invitation_acts_for_a_known_person
    CHECK (NOT inviter_acts_for_person OR (inviter_kind = 'client' AND invited_by_id IS NOT NULL));
