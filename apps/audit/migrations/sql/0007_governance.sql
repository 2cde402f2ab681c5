-- SPDX-License-Identifier: Apache-2.0

-- Rules of the platform: a text never changes, and which one counts is said by the newest activation.
CREATE TABLE audit_governance_version (
  id         uuid PRIMARY KEY,
  number     integer NOT NULL UNIQUE CHECK (number > 0),
  text       text NOT NULL CHECK (octet_length(text) <= 200000),
  digest     char(64) NOT NULL CHECK (digest = encode(sha256(convert_to(text, 'UTF8')), 'hex')),
  note       varchar(500) NOT NULL,
  author     varchar(200) NOT NULL CHECK (author <> ''),
  created_at timestamptz NOT NULL
);
CALL cortex_make_append_only('audit_governance_version');
CREATE TABLE audit_governance_activation (
  id           uuid PRIMARY KEY,
  version_id   uuid REFERENCES audit_governance_version,
  reason       varchar(500) NOT NULL CHECK (reason <> ''),
  activated_by varchar(200) NOT NULL CHECK (activated_by <> ''),
  activated_at timestamptz NOT NULL
);
CALL cortex_make_append_only('audit_governance_activation');

CREATE TABLE audit_retention_run (
  company_id      uuid NOT NULL REFERENCES tenancy_company,
  id              uuid NOT NULL,
  data            varchar(100) NOT NULL,
  version_number  integer NOT NULL CHECK (version_number >= 0),
  kept_since_date date NOT NULL,
  done_count      bigint NOT NULL CHECK (done_count >= 0),
  held_count      bigint NOT NULL CHECK (held_count >= 0),
  left_count      bigint NOT NULL CHECK (left_count >= 0),
  ran_at          timestamptz NOT NULL,
  PRIMARY KEY (company_id, id)
);
CALL cortex_make_append_only('audit_retention_run');
CALL cortex_scope_by_company('audit_retention_run');

GRANT SELECT, INSERT ON audit_governance_version, audit_governance_activation, audit_retention_run TO cortex_app;
GRANT SELECT ON audit_governance_version, audit_governance_activation, audit_retention_run TO cortex_service;
-- The nightly job takes the lock under which no hold comes in between, too.
GRANT EXECUTE ON FUNCTION audit_privacy_lock_key(uuid) TO cortex_service;
