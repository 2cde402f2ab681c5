-- SPDX-License-Identifier: Apache-2.0

-- What a plugin keeps for itself in a company. It belongs to the plugin there, whichever version: an upgrade finds it.
CREATE TABLE plugins_stored_value (
  id         uuid NOT NULL,
  company_id uuid NOT NULL REFERENCES tenancy_company,
  plugin_id  varchar(100) NOT NULL,
  -- In byte order, which is how keys are gone through.
  key        text COLLATE "C" NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 200),
  text       text NOT NULL CHECK (octet_length(text) <= 104857600),
  PRIMARY KEY (company_id, id),
  CONSTRAINT plugins_stored_value_once UNIQUE (company_id, plugin_id, key)
);
CALL cortex_scope_by_company('plugins_stored_value');
CALL cortex_refuse_truncate('plugins_stored_value');
GRANT SELECT, INSERT, DELETE ON plugins_stored_value TO cortex_app;
GRANT UPDATE (text) ON plugins_stored_value TO cortex_app;

-- What waits for a plugin: an event that it hears, or a moment of its schedule. The row is what is to be done, a
-- message in a queue only tells of it; what a call leads to is written together with `done`, or not at all.
CREATE TABLE plugins_run (
  id              uuid NOT NULL,
  company_id      uuid NOT NULL,
  installation_id uuid NOT NULL,
  trigger         varchar(10) NOT NULL CHECK (trigger IN ('event', 'job')),
  -- The event's id, or job and minute.
  trigger_id      varchar(200) NOT NULL CHECK (trigger_id <> ''),
  handler         varchar(100) NOT NULL,
  given           jsonb NOT NULL,
  hops            smallint NOT NULL CHECK (hops >= 0),
  state           varchar(7) NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  attempts        smallint NOT NULL DEFAULT 0,
  queued_at       timestamptz NOT NULL,
  claim           uuid,
  claimed_until   timestamptz,
  ended_at        timestamptz,
  error           varchar(100) NOT NULL DEFAULT '',
  PRIMARY KEY (company_id, id),
  FOREIGN KEY (company_id, installation_id) REFERENCES plugins_installation (company_id, id),
  CONSTRAINT plugins_run_once UNIQUE (company_id, installation_id, trigger, trigger_id),
  CONSTRAINT plugins_run_ended CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
);
CREATE INDEX plugins_run_waiting ON plugins_run (queued_at) WHERE state IN ('queued', 'running');
CALL cortex_scope_by_company('plugins_run');
CALL cortex_refuse_truncate('plugins_run');
GRANT SELECT, INSERT ON plugins_run TO cortex_app;
GRANT UPDATE (state, attempts, claim, claimed_until, ended_at, error) ON plugins_run TO cortex_app;
GRANT SELECT, DELETE ON plugins_run TO cortex_service;

-- Each call, and how it ended: an empty outcome means that it answered.
CREATE TABLE plugins_call (
  id              uuid NOT NULL,
  company_id      uuid NOT NULL,
  installation_id uuid NOT NULL,
  plugin_id       varchar(100) NOT NULL,
  version         varchar(64) NOT NULL,
  handler         varchar(100) NOT NULL,
  trigger         varchar(10) NOT NULL CHECK (trigger IN ('event', 'job', 'endpoint', 'validator', 'try')),
  trigger_id      varchar(200) NOT NULL,
  called_by       varchar(200) NOT NULL CHECK (called_by <> ''),
  started_at      timestamptz NOT NULL,
  milliseconds    integer NOT NULL CHECK (milliseconds >= 0),
  fuel            bigint NOT NULL CHECK (fuel >= 0),
  memory_bytes    bigint NOT NULL CHECK (memory_bytes >= 0),
  host_calls      integer NOT NULL CHECK (host_calls >= 0),
  outcome         varchar(100) NOT NULL,
  message         varchar(1000) NOT NULL,
  traceback       varchar(6000) NOT NULL,
  lines           jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
  PRIMARY KEY (company_id, id),
  FOREIGN KEY (company_id, installation_id) REFERENCES plugins_installation (company_id, id)
);
CREATE INDEX plugins_call_of_installation ON plugins_call (company_id, installation_id, id DESC);
CREATE INDEX plugins_call_started ON plugins_call (started_at);
CALL cortex_scope_by_company('plugins_call');
CALL cortex_refuse_truncate('plugins_call');
GRANT SELECT, INSERT ON plugins_call TO cortex_app;
GRANT SELECT, DELETE ON plugins_call TO cortex_service;
