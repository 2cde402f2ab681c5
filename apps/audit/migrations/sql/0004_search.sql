-- SPDX-License-Identifier: Apache-2.0

-- What people search by stands beside the body. The columns are read from the body, as all others are, so that
-- they cannot say anything else. What was written before is read anew by rewriting the table: no row is updated,
-- which the triggers would refuse.
ALTER TABLE audit_entry ADD COLUMN actor text COLLATE "C", ADD COLUMN verb text COLLATE "C",
  ADD COLUMN object_type text COLLATE "C";
ALTER TABLE audit_entry
  ALTER COLUMN actor TYPE text COLLATE "C" USING convert_from(body, 'UTF8')::jsonb ->> 'actor',
  ALTER COLUMN verb TYPE text COLLATE "C" USING convert_from(body, 'UTF8')::jsonb ->> 'verb',
  ALTER COLUMN object_type TYPE text COLLATE "C" USING convert_from(body, 'UTF8')::jsonb #>> '{object,type}';
ALTER TABLE audit_entry ALTER COLUMN actor SET NOT NULL, ALTER COLUMN verb SET NOT NULL,
  ALTER COLUMN object_type SET NOT NULL;

-- Newest first: of a company, of an actor in every company, and of a verb in a company.
CREATE INDEX audit_entry_time ON audit_entry (company_id, recorded_at DESC, id DESC);
CREATE INDEX audit_entry_actor ON audit_entry (actor, recorded_at DESC, id DESC);
CREATE INDEX audit_entry_verb ON audit_entry (company_id, verb, recorded_at DESC, id DESC);

CREATE OR REPLACE FUNCTION audit_append(bodies bytea[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  here smallint := cortex_cluster_epoch();
BEGIN
  INSERT INTO audit_entry (leaf_id, company_id, object_id, body, cluster_epoch, actor, verb, object_type)
  SELECT (leaf ->> 'id')::uuid, (leaf ->> 'company')::uuid, (leaf #>> '{object,id}')::uuid, body, here,
         leaf ->> 'actor', leaf ->> 'verb', leaf #>> '{object,type}'
    FROM unnest(bodies) WITH ORDINALITY l(body, place)
    CROSS JOIN LATERAL (SELECT convert_from(body, 'UTF8')::jsonb AS leaf OFFSET 0) AS parsed
   ORDER BY place;
END $$;
