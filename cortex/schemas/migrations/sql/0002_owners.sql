-- SPDX-License-Identifier: Apache-2.0

-- Who registered the subject first; nobody stands for the platform itself.
ALTER TABLE schemas_subject ADD COLUMN owner_id uuid REFERENCES identity_user;
CREATE INDEX schema_subject_by_owner ON schemas_subject (owner_id);
