-- SPDX-License-Identifier: Apache-2.0

-- Secrets are not here: they are derived from the installation's key, the endpoint and the version.
CREATE TABLE events_webhook_endpoint (
  id                uuid NOT NULL,
  company_id        uuid NOT NULL REFERENCES tenancy_company,
  url               varchar(2000) NOT NULL,
  description       varchar(200) NOT NULL,
  event_types       varchar(150)[] NOT NULL CHECK (cardinality(event_types) BETWEEN 1 AND 100),
  is_active         boolean NOT NULL,
  disabled_reason   varchar(200) NOT NULL,
  failures_in_a_row integer NOT NULL CHECK (failures_in_a_row >= 0),
  secret_version    smallint NOT NULL CHECK (secret_version >= 1),
  secret_changed_at timestamptz NOT NULL,
  created_at        timestamptz NOT NULL,
  PRIMARY KEY (company_id, id)
);
CALL cortex_scope_by_company('events_webhook_endpoint');
GRANT SELECT, INSERT, UPDATE ON events_webhook_endpoint TO cortex_app;
GRANT SELECT ON events_webhook_endpoint TO cortex_service;

CREATE TABLE events_webhook_delivery (
  id          uuid NOT NULL,
  company_id  uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id    uuid NOT NULL,
  state       varchar(10) NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  attempts    smallint NOT NULL,
  due_at      timestamptz NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (company_id, id),
  UNIQUE (company_id, endpoint_id, event_id),
  FOREIGN KEY (company_id, endpoint_id) REFERENCES events_webhook_endpoint (company_id, id),
  FOREIGN KEY (company_id, event_id) REFERENCES events_outbox_event (company_id, id)
);
CREATE INDEX webhook_delivery_due ON events_webhook_delivery (company_id, endpoint_id, due_at)
  WHERE state = 'queued';
CALL cortex_scope_by_company('events_webhook_delivery');
GRANT SELECT, INSERT, UPDATE ON events_webhook_delivery TO cortex_app;
GRANT SELECT ON events_webhook_delivery TO cortex_service;

-- What was sent when, and what came back: never changed.
CREATE TABLE events_webhook_attempt (
  id           uuid NOT NULL,
  company_id   uuid NOT NULL,
  delivery_id  uuid NOT NULL,
  status       smallint,
  error        varchar(500) NOT NULL,
  duration_ms  integer NOT NULL,
  attempted_at timestamptz NOT NULL,
  PRIMARY KEY (company_id, id),
  FOREIGN KEY (company_id, delivery_id) REFERENCES events_webhook_delivery (company_id, id)
);
CREATE INDEX webhook_attempt_delivery ON events_webhook_attempt (company_id, delivery_id);
CALL cortex_scope_by_company('events_webhook_attempt');
CALL cortex_make_append_only('events_webhook_attempt');
GRANT SELECT, INSERT ON events_webhook_attempt TO cortex_app;
