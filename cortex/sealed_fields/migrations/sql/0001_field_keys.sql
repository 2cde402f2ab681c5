-- SPDX-License-Identifier: Apache-2.0

-- Data keys of a company, wrapped by the keeper of keys: one purpose seals and may have several versions, the
-- other makes blind indexes and has one for good, since two indexes of one text would make it two texts.
CREATE TABLE sealed_fields_key (
  company_id  uuid NOT NULL REFERENCES tenancy_company,
  id          uuid NOT NULL,
  key_class   varchar(50) NOT NULL CHECK (key_class <> ''),
  purpose     varchar(10) NOT NULL CHECK (purpose IN ('encryption', 'index')),
  version     integer NOT NULL CHECK (version BETWEEN 1 AND CASE purpose WHEN 'index' THEN 1 ELSE 1000000 END),
  wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) BETWEEN 1 AND 1000),
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (company_id, id),
  CONSTRAINT sealed_fields_key_unique UNIQUE (company_id, key_class, purpose, version)
);
CALL cortex_scope_by_company('sealed_fields_key');
CALL cortex_refuse_truncate('sealed_fields_key');
CREATE FUNCTION sealed_fields_refuse_other_key() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.company_id, NEW.id, NEW.key_class, NEW.purpose, NEW.version, NEW.created_at)
     IS DISTINCT FROM (OLD.company_id, OLD.id, OLD.key_class, OLD.purpose, OLD.version, OLD.created_at) THEN
    RAISE EXCEPTION 'a key is wrapped anew and never becomes another''s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_other_key BEFORE UPDATE ON sealed_fields_key
  FOR EACH ROW EXECUTE FUNCTION sealed_fields_refuse_other_key();
-- Whoever lost the key of an index would make every text again as a second one.
CREATE TRIGGER refuse_removal BEFORE DELETE ON sealed_fields_key
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE sealed_fields_key ENABLE ALWAYS TRIGGER refuse_other_key, ENABLE ALWAYS TRIGGER refuse_removal;
GRANT SELECT ON sealed_fields_key TO cortex_app, cortex_service;
GRANT INSERT (company_id, id, key_class, purpose, version, wrapped_key) ON sealed_fields_key TO cortex_app;
GRANT UPDATE (wrapped_key) ON sealed_fields_key TO cortex_service;
