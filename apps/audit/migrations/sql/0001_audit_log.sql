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

-- The only way in: a caller gives bodies, never ids of order, times, transaction ids or hashes.
CREATE FUNCTION audit_append(p_company uuid, leaf_ids uuid[], object_ids uuid[], bodies bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  here smallint := cortex_cluster_epoch();
BEGIN
  INSERT INTO audit_entry (leaf_id, company_id, object_id, body, cluster_epoch)
  SELECT leaf, p_company, object, body, here
    FROM unnest(leaf_ids, object_ids, bodies) WITH ORDINALITY l(leaf, object, body, place) ORDER BY place;
END $$;
REVOKE EXECUTE ON FUNCTION audit_append(uuid, uuid[], uuid[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append(uuid, uuid[], uuid[], bytea[]) TO cortex_app, cortex_service;

GRANT SELECT ON audit_entry TO cortex_app, cortex_service;
GRANT SELECT, INSERT ON audit_detail TO cortex_app;
GRANT SELECT, INSERT, DELETE ON audit_detail TO cortex_service;
