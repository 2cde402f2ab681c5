-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE jobs_job (
  id                  uuid NOT NULL,
  company_id          uuid NOT NULL REFERENCES tenancy_company,
  kind                varchar(100) NOT NULL,
  owner_kind          varchar(10) NOT NULL CHECK (owner_kind IN ('user', 'client', 'service')),
  owner_id            varchar(150) NOT NULL,
  owner_user_id       uuid,
  owner_scopes        jsonb,
  state               varchar(10) NOT NULL CHECK (
                      state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  done                bigint NOT NULL CHECK (done >= 0),
  total               bigint CHECK (total >= 0),
  message             varchar(500) NOT NULL,
  input               jsonb NOT NULL,
  files               jsonb NOT NULL,
  result              jsonb,
  error               jsonb,
  attempts            smallint NOT NULL CHECK (attempts >= 0),
  claim               uuid,
  lease_until         timestamptz,
  sent_at             timestamptz,
  cancel_requested_at timestamptz,
  created_at          timestamptz NOT NULL,
  started_at          timestamptz,
  finished_at         timestamptz,
  PRIMARY KEY (company_id, id),
  CONSTRAINT job_finished_once CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
  CONSTRAINT job_running_is_leased CHECK ((state = 'running') = (lease_until IS NOT NULL))
);
CREATE INDEX job_by_owner ON jobs_job (company_id, owner_id, id);
CREATE INDEX job_unfinished ON jobs_job (company_id, lease_until) WHERE state IN ('queued', 'running');
CALL cortex_scope_by_company('jobs_job');
CALL cortex_refuse_truncate('jobs_job');
GRANT SELECT, INSERT ON jobs_job TO cortex_app;
-- What was asked for, by whom and with which input, cannot be changed afterwards.
GRANT UPDATE (state, done, total, message, result, error, attempts, claim, lease_until, sent_at,
              cancel_requested_at, started_at, finished_at) ON jobs_job TO cortex_app;
GRANT SELECT ON jobs_job TO cortex_service;
