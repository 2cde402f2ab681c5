-- SPDX-License-Identifier: Apache-2.0

-- What releases brought along as version 0, in the order in which it came: an upgrade changes who may do what
-- without an activation, and whatever was decided must be explained by the text of its time. Like versions,
-- these texts are the platform's and know no company.
CREATE TABLE policy_packaged_text (
  id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  text          text NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 1048576),
  digest        varchar(64) NOT NULL,
  -- What the text could speak of: an action that is declared anew can fall under a policy that names its scope.
  schema_digest varchar(64) NOT NULL CHECK (char_length(schema_digest) = 64),
  release       varchar(100) NOT NULL CHECK (release <> ''),
  recorded_at   timestamptz NOT NULL
);
CREATE INDEX policy_packaged_text_digest ON policy_packaged_text (digest);
-- The database hashes: nobody can record a text under the digest of another one.
CREATE FUNCTION policy_hash_packaged_text() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.digest := encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex');
  RETURN NEW;
END $$;
CREATE TRIGGER hash_text BEFORE INSERT ON policy_packaged_text
  FOR EACH ROW EXECUTE FUNCTION policy_hash_packaged_text();
ALTER TABLE policy_packaged_text ENABLE ALWAYS TRIGGER hash_text;
CALL cortex_make_append_only('policy_packaged_text');
GRANT SELECT, INSERT (text, schema_digest, release, recorded_at) ON policy_packaged_text TO cortex_app;
GRANT SELECT ON policy_packaged_text TO cortex_service;

-- By which text version 0 decided: two releases may decide at the same time. Versions of people never change, and
-- need none. No reference: a process decides before anybody has recorded its text. Rows from before have none.
ALTER TABLE policy_decision ADD COLUMN packaged_digest varchar(64);
-- Not valid: the rows from before are empty here, and need not be read for it while everybody waits.
ALTER TABLE policy_decision ADD CONSTRAINT policy_decision_packaged_is_version_0
  CHECK (packaged_digest IS NULL OR version = 0) NOT VALID;
