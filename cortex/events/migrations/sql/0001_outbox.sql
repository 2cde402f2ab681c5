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

-- The only way in: a caller gives envelopes, never the transaction id or the time of recording.
CREATE FUNCTION events_publish(p_company uuid, ids uuid[], aggregate_types text[], aggregate_ids uuid[],
                               event_types text[], envelopes bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  here smallint := cortex_cluster_epoch();
BEGIN
  INSERT INTO events_outbox_event (company_id, id, aggregate_type, aggregate_id, event_type, envelope, cluster_epoch)
  SELECT p_company, event.*, here
    FROM unnest(ids, aggregate_types, aggregate_ids, event_types, envelopes) AS event;
END $$;
REVOKE EXECUTE ON FUNCTION events_publish(uuid, uuid[], text[], uuid[], text[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events_publish(uuid, uuid[], text[], uuid[], text[], bytea[]) TO cortex_app, cortex_service;
GRANT SELECT ON events_outbox_event TO cortex_app, cortex_service;
