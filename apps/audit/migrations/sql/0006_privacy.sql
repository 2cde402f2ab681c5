-- SPDX-License-Identifier: Apache-2.0

-- A key for each subject, wrapped by the keeper of keys. Whoever deletes the row makes every text under it
-- unreadable, also in copies of the texts that are kept elsewhere.
CREATE TABLE audit_subject_key (
  company_id  uuid NOT NULL REFERENCES tenancy_company,
  id          uuid NOT NULL,
  subject_id  uuid NOT NULL,
  wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) BETWEEN 1 AND 1000),
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (company_id, id),
  CONSTRAINT subject_key_unique UNIQUE (company_id, subject_id)
);
CALL cortex_scope_by_company('audit_subject_key');
CALL cortex_refuse_truncate('audit_subject_key');
CREATE FUNCTION audit_refuse_other_subject() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.company_id, NEW.id, NEW.subject_id, NEW.created_at)
     IS DISTINCT FROM (OLD.company_id, OLD.id, OLD.subject_id, OLD.created_at) THEN
    RAISE EXCEPTION 'a key is wrapped anew and never becomes another subject''s'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_other_subject BEFORE UPDATE ON audit_subject_key
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_other_subject();
ALTER TABLE audit_subject_key ENABLE ALWAYS TRIGGER refuse_other_subject;

-- Salt and text together under the subject's key. In the clear stand the texts from before, and those that
-- were written while the keeper of keys did not answer: a business verb must not wait for it.
ALTER TABLE audit_detail
  ALTER COLUMN salt DROP NOT NULL,
  ALTER COLUMN value DROP NOT NULL,
  ADD COLUMN key_id uuid,
  ADD COLUMN sealed bytea CHECK (octet_length(sealed) BETWEEN 60 AND 50000),
  ADD CONSTRAINT audit_detail_is_clear_or_sealed
    CHECK ((sealed IS NULL) = (key_id IS NULL) AND (sealed IS NULL) = (value IS NOT NULL)
           AND (value IS NULL) = (salt IS NULL)),
  -- The text goes with its key, whoever deletes that.
  ADD CONSTRAINT audit_detail_has_a_key FOREIGN KEY (company_id, key_id)
    REFERENCES audit_subject_key ON DELETE CASCADE;
-- What is still in the clear is looked for every night.
CREATE INDEX audit_detail_clear ON audit_detail (company_id, leaf_id, name) WHERE value IS NOT NULL;
CREATE INDEX audit_detail_key ON audit_detail (company_id, key_id) WHERE key_id IS NOT NULL;

-- What must be kept, whatever else is asked for. Without a subject it holds all of the company.
CREATE TABLE audit_hold (
  company_id uuid NOT NULL REFERENCES tenancy_company,
  id         uuid NOT NULL,
  subject_id uuid,
  reason     varchar(500) NOT NULL CHECK (reason <> ''),
  placed_by  varchar(200) NOT NULL,
  placed_at  timestamptz NOT NULL,
  lifted_by  varchar(200),
  lifted_at  timestamptz CHECK (lifted_at >= placed_at),
  PRIMARY KEY (company_id, id),
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX audit_hold_in_force ON audit_hold (company_id) WHERE lifted_at IS NULL;
CALL cortex_scope_by_company('audit_hold');
CALL cortex_refuse_truncate('audit_hold');
CREATE FUNCTION audit_hold_is_lifted_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.lifted_at IS NOT NULL
     OR (NEW.company_id, NEW.id, NEW.subject_id, NEW.reason, NEW.placed_by, NEW.placed_at)
        IS DISTINCT FROM (OLD.company_id, OLD.id, OLD.subject_id, OLD.reason, OLD.placed_by, OLD.placed_at) THEN
    RAISE EXCEPTION 'a hold is lifted once, and changes in nothing else' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lifted_once BEFORE UPDATE ON audit_hold FOR EACH ROW EXECUTE FUNCTION audit_hold_is_lifted_once();
CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_hold FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE audit_hold ENABLE ALWAYS TRIGGER lifted_once, ENABLE ALWAYS TRIGGER refuse_removal;

-- That something was erased, by whom and how much: it says nothing of what it was.
CREATE TABLE audit_erasure (
  company_id   uuid NOT NULL REFERENCES tenancy_company,
  id           uuid NOT NULL,
  subject_type varchar(50) NOT NULL,
  subject_id   uuid NOT NULL,
  removed      jsonb NOT NULL CHECK (jsonb_typeof(removed) = 'object'),
  erased_by    varchar(200) NOT NULL,
  erased_at    timestamptz NOT NULL,
  PRIMARY KEY (company_id, id)
);
CREATE INDEX audit_erasure_subject ON audit_erasure (company_id, subject_id);
CALL cortex_make_append_only('audit_erasure');
CALL cortex_scope_by_company('audit_erasure');

-- Holds and erasures of a company wait for each other: none is placed while an erasure already passed the check.
CREATE FUNCTION audit_privacy_lock_key(company uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtextextended('audit.privacy/' || company::text, 0);

-- The only way for the application to delete texts of the log: whole subjects, and none that is held.
CREATE FUNCTION audit_erase_texts(p_company uuid, p_subjects uuid[]) RETURNS TABLE (keys bigint, texts bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(audit_privacy_lock_key(p_company));
  IF EXISTS (SELECT FROM audit_hold h WHERE h.company_id = p_company AND h.lifted_at IS NULL
                AND (h.subject_id IS NULL OR h.subject_id = ANY (p_subjects))) THEN
    RAISE EXCEPTION 'texts under a legal hold are not erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM audit_detail d USING audit_entry e
   WHERE d.company_id = p_company AND e.company_id = p_company AND e.leaf_id = d.leaf_id
     AND e.object_id = ANY (p_subjects);
  GET DIAGNOSTICS texts = ROW_COUNT;
  DELETE FROM audit_subject_key k WHERE k.company_id = p_company AND k.subject_id = ANY (p_subjects);
  GET DIAGNOSTICS keys = ROW_COUNT;
  RETURN NEXT;
END $$;
REVOKE EXECUTE ON FUNCTION audit_erase_texts(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_erase_texts(uuid, uuid[]) TO cortex_app;
GRANT EXECUTE ON FUNCTION audit_privacy_lock_key(uuid) TO cortex_app;

GRANT SELECT ON audit_subject_key, audit_hold, audit_erasure TO cortex_app, cortex_service;
GRANT INSERT (company_id, id, subject_id, wrapped_key) ON audit_subject_key TO cortex_app, cortex_service;
GRANT UPDATE (wrapped_key) ON audit_subject_key TO cortex_service;
GRANT UPDATE (salt, value, key_id, sealed) ON audit_detail TO cortex_service;
GRANT INSERT ON audit_hold, audit_erasure TO cortex_app;
GRANT UPDATE (lifted_by, lifted_at) ON audit_hold TO cortex_app;
