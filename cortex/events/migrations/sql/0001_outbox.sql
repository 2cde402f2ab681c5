-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE events_outbox_event (
  id             uuid NOT NULL,
  company_id     uuid NOT NULL REFERENCES tenancy_company,
  aggregate_type varchar(100) NOT NULL,
  aggregate_id   uuid NOT NULL,
  event_type     varchar(150) NOT NULL,
  envelope       bytea NOT NULL CHECK (octet_length(envelope) <= 262144),
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_xid   xid8 NOT NULL DEFAULT pg_current_xact_id(),
  cluster_epoch  smallint NOT NULL REFERENCES database_cluster,
  PRIMARY KEY (company_id, id)
);
-- What a relay reads: everything that was not visible at its last position.
CREATE INDEX outbox_event_xid ON events_outbox_event (cluster_epoch, recorded_xid);
CREATE INDEX outbox_event_aggregate ON events_outbox_event (company_id, aggregate_id, id);
CALL cortex_scope_by_company('events_outbox_event');
CALL cortex_make_append_only('events_outbox_event');

-- The only way in: a caller gives a JSON array of envelopes, never the transaction id or the time of
-- recording. The columns are read from the envelopes, so that they cannot say anything else; type json
-- keeps the bytes of each envelope as they came. One parameter is quoted far faster than six arrays.
CREATE FUNCTION events_publish(envelopes text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  here smallint := cortex_cluster_epoch();
BEGIN
  INSERT INTO events_outbox_event
         (company_id, id, aggregate_type, aggregate_id, event_type, envelope, cluster_epoch)
  SELECT event.companyid, event.id, split_part(event.subject, '/', 1), split_part(event.subject, '/', 2)::uuid,
         event.type, convert_to(event.content::text, 'UTF8'), here
    FROM ROWS FROM (json_array_elements(envelopes::json),
                    json_to_recordset(envelopes::json) AS (id uuid, type text, subject text, companyid uuid))
         AS event (content, id, type, subject, companyid);
END $$;
REVOKE EXECUTE ON FUNCTION events_publish(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events_publish(text) TO cortex_app, cortex_service;
GRANT SELECT ON events_outbox_event TO cortex_app, cortex_service;
