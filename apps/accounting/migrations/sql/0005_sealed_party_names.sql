-- SPDX-License-Identifier: Apache-2.0

-- The name under a key of the company, and a keyed digest by which it is found. In the clear stand names from
-- before, until the renewal has sealed them; no new one can be written so.
ALTER TABLE accounting_party_name
  ALTER COLUMN name DROP NOT NULL,
  ADD COLUMN name_key_id uuid,
  -- Nonce and tag are 28 bytes; a name has 200 characters of up to four bytes.
  ADD COLUMN name_sealed bytea CHECK (octet_length(name_sealed) BETWEEN 29 AND 828),
  ADD COLUMN name_index bytea CHECK (octet_length(name_index) = 32),
  ADD CONSTRAINT party_name_is_clear_or_sealed
    CHECK ((name IS NULL) = (name_sealed IS NOT NULL) AND (name_sealed IS NULL) = (name_key_id IS NULL)
           AND (name_sealed IS NULL) = (name_index IS NULL)),
  ADD CONSTRAINT party_name_index_unique UNIQUE (company_id, name_index),
  ADD CONSTRAINT party_name_has_a_key FOREIGN KEY (company_id, name_key_id) REFERENCES sealed_fields_key;
CREATE INDEX accounting_party_name_clear ON accounting_party_name (company_id, party_id) WHERE name IS NOT NULL;
CREATE INDEX accounting_party_name_key ON accounting_party_name (company_id, name_key_id);

-- A name never changes. How it lies here may: in the clear, then sealed, then sealed under another key.
CREATE FUNCTION accounting_refuse_other_name() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.name IS NOT NULL
     OR (OLD.name_index IS NOT NULL AND NEW.name_index IS DISTINCT FROM OLD.name_index)
     OR (NEW.company_id, NEW.party_id) IS DISTINCT FROM (OLD.company_id, OLD.party_id) THEN
    RAISE EXCEPTION 'the name of a party is sealed and never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_other_name BEFORE UPDATE ON accounting_party_name
  FOR EACH ROW EXECUTE FUNCTION accounting_refuse_other_name();
ALTER TABLE accounting_party_name ENABLE ALWAYS TRIGGER refuse_other_name;

REVOKE INSERT ON accounting_party_name FROM cortex_app;
GRANT INSERT (company_id, party_id, name_key_id, name_sealed, name_index) ON accounting_party_name TO cortex_app;
GRANT UPDATE (name, name_key_id, name_sealed, name_index) ON accounting_party_name TO cortex_service;
