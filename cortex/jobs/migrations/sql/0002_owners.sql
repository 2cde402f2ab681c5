-- SPDX-License-Identifier: Apache-2.0
-- Whose job it is where a program acts for a person, and by which certificate it was asked for.
ALTER TABLE jobs_job
  ADD COLUMN owner_acts_for_person boolean NOT NULL DEFAULT false,
  ADD COLUMN owner_certificate varchar(255) NOT NULL DEFAULT '',
  ADD CONSTRAINT job_acts_for_a_known_person
    CHECK (NOT owner_acts_for_person OR (owner_kind = 'client' AND owner_user_id IS NOT NULL));
