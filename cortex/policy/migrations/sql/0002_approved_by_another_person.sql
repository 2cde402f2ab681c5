-- SPDX-License-Identifier: Apache-2.0

-- A version that a person wrote through a program is that person's: `client:ID:user:PERSON` and `user:PERSON`.
ALTER TABLE policy_version ADD CONSTRAINT policy_version_approved_by_another_person
  CHECK (approved_by IS NULL OR right(author, char_length(approved_by) + 1) <> ':' || approved_by);
