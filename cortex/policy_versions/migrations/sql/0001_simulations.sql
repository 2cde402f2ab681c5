-- SPDX-License-Identifier: Apache-2.0

-- A simulation under way, and what became of it; what it found stands in its version. Versions know no company.
CREATE TABLE policy_simulation (
  id            uuid PRIMARY KEY,
  version_id    uuid NOT NULL REFERENCES policy_version,
  -- The text that is simulated: of another text this row says nothing.
  digest        varchar(64) NOT NULL,
  decisions_max integer NOT NULL CHECK (decisions_max > 0),
  asked_by      varchar(200) NOT NULL CHECK (asked_by <> ''),
  -- Who asked, and how it was proved, so that the worker asks the policies about nobody else.
  asker         jsonb NOT NULL CHECK (octet_length(asker::text) <= 8192),
  state         varchar(10) NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
  done          integer NOT NULL CHECK (done >= 0),
  total         integer CHECK (total >= 0),
  error         jsonb,
  attempts      smallint NOT NULL CHECK (attempts >= 0),
  claim         uuid,
  lease_until   timestamptz,
  asked_at      timestamptz NOT NULL,
  sent_at       timestamptz NOT NULL,
  finished_at   timestamptz,
  CONSTRAINT policy_simulation_finished_once CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
  CONSTRAINT policy_simulation_running_is_leased CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CONSTRAINT policy_simulation_failed_for_a_reason CHECK ((state = 'failed') = (error IS NOT NULL))
);
-- One at a time for each version, whoever asks and however quickly.
CREATE UNIQUE INDEX policy_simulation_one_at_a_time ON policy_simulation (version_id)
  WHERE state IN ('queued', 'running');
CREATE INDEX policy_simulation_latest ON policy_simulation (version_id, id DESC);
CALL cortex_refuse_truncate('policy_simulation');
GRANT SELECT, INSERT ON policy_simulation TO cortex_app;
-- Which text, and who asked for it, cannot be changed afterwards.
GRANT UPDATE (state, done, total, error, attempts, claim, lease_until, sent_at, finished_at)
  ON policy_simulation TO cortex_app;
GRANT SELECT ON policy_simulation TO cortex_service;
