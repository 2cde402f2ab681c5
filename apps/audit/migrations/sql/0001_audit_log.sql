-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE audit_entry (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  leaf_id       uuid NOT NULL UNIQUE,
  company_id    uuid REFERENCES tenancy_company,
  object_id     uuid NOT NULL,
  body          bytea NOT NULL CHECK (octet_length(body) BETWEEN 2 AND 65535),
  -- RFC 6962 section 2.1: the leaf prefix keeps a leaf from passing as an inner node.
  leaf_hash     bytea NOT NULL GENERATED ALWAYS AS (sha256('\x00'::bytea || body)) STORED,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_xid  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  cluster_epoch smallint NOT NULL REFERENCES database_cluster
);
CREATE INDEX audit_entry_object ON audit_entry (company_id, object_id);
CREATE INDEX audit_entry_xid ON audit_entry (cluster_epoch, recorded_xid);
CALL cortex_make_append_only('audit_entry');
-- A leaf of the platform itself has no company; it can be appended by anybody and read by the service.
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON audit_entry USING (company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON audit_entry TO cortex_service USING (true);

CREATE TABLE audit_detail (
  company_id uuid NOT NULL REFERENCES tenancy_company,
  leaf_id    uuid NOT NULL,
  name       varchar(50) NOT NULL,
  salt       bytea NOT NULL CHECK (octet_length(salt) = 32),
  value      text NOT NULL CHECK (char_length(value) <= 10000),
  PRIMARY KEY (company_id, leaf_id, name)
);
CALL cortex_scope_by_company('audit_detail');
CALL cortex_refuse_truncate('audit_detail');

-- The only way in: a caller gives bodies, and the columns are read from them, so that they cannot say
-- anything else. Order, time, transaction id and hash are the table's.
CREATE FUNCTION audit_append(bodies bytea[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  here smallint := cortex_cluster_epoch();
BEGIN
  INSERT INTO audit_entry (leaf_id, company_id, object_id, body, cluster_epoch)
  SELECT (leaf ->> 'id')::uuid, (leaf ->> 'company')::uuid, (leaf #>> '{object,id}')::uuid, body, here
    FROM unnest(bodies) WITH ORDINALITY l(body, place)
    CROSS JOIN LATERAL (SELECT convert_from(body, 'UTF8')::jsonb AS leaf OFFSET 0) AS parsed
   ORDER BY place;
END $$;
REVOKE EXECUTE ON FUNCTION audit_append(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append(bytea[]) TO cortex_app, cortex_service;

-- A text comes with its leaf or never: once erased, nobody puts another in its place.
CREATE FUNCTION audit_check_detail() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audit_entry e WHERE e.leaf_id = NEW.leaf_id AND e.company_id = NEW.company_id
                    AND e.recorded_xid = pg_current_xact_id()
                    AND convert_from(e.body, 'UTF8')::jsonb -> 'commitments' ? NEW.name) THEN
    RAISE EXCEPTION 'detail % has no leaf of this transaction that commits to it', NEW.name
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER check_detail BEFORE INSERT ON audit_detail FOR EACH ROW EXECUTE FUNCTION audit_check_detail();
ALTER TABLE audit_detail ENABLE ALWAYS TRIGGER check_detail;

GRANT SELECT ON audit_entry TO cortex_app, cortex_service;
GRANT SELECT, INSERT ON audit_detail TO cortex_app;
GRANT SELECT, INSERT, DELETE ON audit_detail TO cortex_service;
