-- SPDX-License-Identifier: Apache-2.0

-- What people did by hand for controls, and exceptions that were ended early: the platform's, as packs are.
CREATE TABLE audit_procedure_record (
  id               uuid PRIMARY KEY,
  pack_name        varchar(60) NOT NULL,
  procedure_id     varchar(80) NOT NULL,
  -- Of the procedure as it was then: a record says nothing of another text.
  procedure_digest varchar(64) NOT NULL CHECK (procedure_digest ~ '^[0-9a-f]{64}$'),
  performed_date   date NOT NULL,
  outcome          varchar(10) NOT NULL CHECK (outcome IN ('passed', 'failed')),
  method           varchar(10) NOT NULL CHECK (method IN ('EXAMINE', 'INTERVIEW')),
  note             varchar(1000) NOT NULL CHECK (note <> ''),
  evidence_sha256  varchar(64) CHECK (evidence_sha256 ~ '^[0-9a-f]{64}$'),
  recorded_by      varchar(200) NOT NULL,
  recorded_at      timestamptz NOT NULL,
  digest           varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  CHECK (performed_date <= (recorded_at AT TIME ZONE 'UTC')::date)
);
CREATE INDEX audit_procedure_record_newest
  ON audit_procedure_record (pack_name, procedure_id, procedure_digest, performed_date DESC, id DESC);

CREATE TABLE audit_exception_end (
  id           uuid PRIMARY KEY,
  exception_id uuid NOT NULL UNIQUE REFERENCES audit_control_exception,
  reason       varchar(1000) NOT NULL CHECK (reason <> ''),
  ended_by     varchar(200) NOT NULL,
  ended_at     timestamptz NOT NULL
);

-- Both are evidence: nobody takes one back.
CALL cortex_make_append_only('audit_procedure_record');
CALL cortex_make_append_only('audit_exception_end');

GRANT SELECT, INSERT ON audit_procedure_record, audit_exception_end TO cortex_app;
GRANT SELECT ON audit_procedure_record, audit_exception_end TO cortex_service;
