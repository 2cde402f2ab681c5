-- SPDX-License-Identifier: Apache-2.0

-- Random, and in no other place: the leaf of a name has a digest over it and over the blind index. It goes with the
-- name, and what is left in the log can be tested by nobody. Names from before have none, and no leaf.
ALTER TABLE accounting_party_name ADD COLUMN name_salt bytea CHECK (octet_length(name_salt) = 32);

CREATE OR REPLACE FUNCTION accounting_refuse_other_name() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.name IS NOT NULL
     OR (OLD.name_index IS NOT NULL AND NEW.name_index IS DISTINCT FROM OLD.name_index)
     OR NEW.name_salt IS DISTINCT FROM OLD.name_salt
     OR (NEW.company_id, NEW.party_id) IS DISTINCT FROM (OLD.company_id, OLD.party_id) THEN
    RAISE EXCEPTION 'the name of a party is sealed and never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

GRANT INSERT (name_salt) ON accounting_party_name TO cortex_app;
