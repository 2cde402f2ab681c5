-- SPDX-License-Identifier: Apache-2.0

-- Enabled but not forced: the lookup below runs as the owner and must find what somebody has opened before
-- anybody's scope is known. Raw SQL under the application role sees its scope's rows only.
CREATE TABLE break_glass_access (
  id             uuid NOT NULL,
  company_id     uuid NOT NULL REFERENCES tenancy_company,
  user_id        uuid NOT NULL REFERENCES identity_user,
  reason         varchar(500) NOT NULL,
  opened_at      timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  ended_at       timestamptz,
  ended_by       varchar(100) NOT NULL DEFAULT '',
  reviewed_at    timestamptz,
  reviewed_by    varchar(100) NOT NULL DEFAULT '',
  review_comment varchar(500) NOT NULL DEFAULT '',
  PRIMARY KEY (company_id, id),
  CONSTRAINT break_glass_reason CHECK (length(btrim(reason)) >= 10),
  CONSTRAINT break_glass_four_hours
    CHECK (expires_at > opened_at AND expires_at <= opened_at + interval '4 hours'),
  CONSTRAINT break_glass_ended CHECK ((ended_at IS NULL) = (ended_by = '')),
  CONSTRAINT break_glass_ended_in_time CHECK (ended_at >= opened_at AND ended_at <= expires_at),
  CONSTRAINT break_glass_reviewed CHECK (
    (reviewed_at IS NULL) = (reviewed_by = '') AND (reviewed_at IS NULL) = (review_comment = '')
    AND (reviewed_at IS NULL OR ended_at IS NOT NULL)),
  -- Separation of duties, also for whoever comes past the program.
  CONSTRAINT break_glass_reviewed_by_another CHECK (reviewed_by <> 'user:' || user_id)
);
-- One that is over stays here until its end is written down: whoever opens the next one does that first.
CREATE UNIQUE INDEX break_glass_one_open ON break_glass_access (company_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX break_glass_open_by_user ON break_glass_access (user_id) WHERE ended_at IS NULL;
ALTER TABLE break_glass_access ENABLE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON break_glass_access
  USING (company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON break_glass_access TO cortex_service USING (true);
CALL cortex_refuse_truncate('break_glass_access');

-- Nothing is lengthened, moved or taken back: an end and a review are written once.
CREATE FUNCTION break_glass_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.id, OLD.company_id, OLD.user_id, OLD.reason, OLD.opened_at, OLD.expires_at)
     IS DISTINCT FROM (NEW.id, NEW.company_id, NEW.user_id, NEW.reason, NEW.opened_at, NEW.expires_at)
     OR OLD.ended_at IS NOT NULL
        AND (OLD.ended_at, OLD.ended_by) IS DISTINCT FROM (NEW.ended_at, NEW.ended_by)
     OR OLD.reviewed_at IS NOT NULL
        AND (OLD.reviewed_at, OLD.reviewed_by, OLD.review_comment)
            IS DISTINCT FROM (NEW.reviewed_at, NEW.reviewed_by, NEW.review_comment) THEN
    RAISE EXCEPTION 'emergency access % stays as it was opened, ended and reviewed', OLD.id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON break_glass_access FOR EACH ROW EXECUTE FUNCTION break_glass_keep();
CREATE TRIGGER refuse_deletion BEFORE DELETE ON break_glass_access
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE break_glass_access ENABLE ALWAYS TRIGGER keep;
ALTER TABLE break_glass_access ENABLE ALWAYS TRIGGER refuse_deletion;

GRANT SELECT, INSERT ON break_glass_access TO cortex_app;
GRANT UPDATE (ended_at, ended_by, reviewed_at, reviewed_by, review_comment) ON break_glass_access TO cortex_app;
GRANT SELECT ON break_glass_access TO cortex_service;

-- What a person has opened and nobody has ended, with what every request needs to know of the company.
CREATE FUNCTION break_glass_open_of(wanted_user uuid, wanted_at timestamptz)
RETURNS TABLE (id uuid, company_id uuid, code text, name text, status text, created_at timestamptz,
               expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT access.id, company.id, company.code, company.name, company.status, company.created_at,
         access.expires_at
    FROM break_glass_access AS access
    JOIN tenancy_company AS company ON company.id = access.company_id
   WHERE access.user_id = wanted_user AND access.ended_at IS NULL AND access.expires_at > wanted_at
   ORDER BY company.code;
END;
REVOKE EXECUTE ON FUNCTION break_glass_open_of(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION break_glass_open_of(uuid, timestamptz) TO cortex_app, cortex_service;
