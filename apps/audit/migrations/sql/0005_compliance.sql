-- SPDX-License-Identifier: Apache-2.0

-- Packs, results and exceptions belong to the platform, to no company: what they tell is of the installation.
CREATE TABLE audit_pack (
  id            uuid PRIMARY KEY,
  name          varchar(60) NOT NULL CHECK (name <> ''),
  version       varchar(20) NOT NULL CHECK (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  title         varchar(200) NOT NULL,
  digest        varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  document      jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
  note          text NOT NULL CHECK (char_length(note) <= 10000),
  signer        varchar(255) NOT NULL,
  state         varchar(10) NOT NULL CHECK (state IN ('waiting', 'in_force', 'replaced')),
  author        varchar(200) NOT NULL,
  brought_in_at timestamptz NOT NULL,
  approved_by   varchar(200),
  approved_at   timestamptz,
  -- Whoever brought it in is not the second person, whatever the program says.
  CHECK (approved_by IS DISTINCT FROM author),
  CHECK ((state = 'waiting') = (approved_by IS NULL) AND (approved_by IS NULL) = (approved_at IS NULL)),
  CONSTRAINT audit_pack_version_unique UNIQUE (name, version)
);
CREATE UNIQUE INDEX audit_pack_in_force ON audit_pack (name) WHERE state = 'in_force';
CREATE FUNCTION audit_pack_keeps_its_text() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.name, NEW.version, NEW.title, NEW.digest, NEW.document, NEW.note, NEW.signer, NEW.author,
      NEW.brought_in_at) IS DISTINCT FROM
     (OLD.id, OLD.name, OLD.version, OLD.title, OLD.digest, OLD.document, OLD.note, OLD.signer, OLD.author,
      OLD.brought_in_at)
     OR (OLD.approved_by IS NOT NULL AND (NEW.approved_by, NEW.approved_at)
         IS DISTINCT FROM (OLD.approved_by, OLD.approved_at)) THEN
    RAISE EXCEPTION 'pack % % never changes', OLD.name, OLD.version USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_rewriting BEFORE UPDATE ON audit_pack
  FOR EACH ROW EXECUTE FUNCTION audit_pack_keeps_its_text();
CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_pack
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE audit_pack ENABLE ALWAYS TRIGGER refuse_rewriting, ENABLE ALWAYS TRIGGER refuse_removal;
CALL cortex_refuse_truncate('audit_pack');

CREATE TABLE audit_check_run (
  id            uuid PRIMARY KEY,
  pack_id       uuid NOT NULL REFERENCES audit_pack,
  run_by        varchar(200) NOT NULL,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL CHECK (finished_at >= started_at),
  passed_count  integer NOT NULL CHECK (passed_count >= 0),
  failed_count  integer NOT NULL CHECK (failed_count >= 0),
  unknown_count integer NOT NULL CHECK (unknown_count >= 0),
  digest        varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX audit_check_run_pack ON audit_check_run (pack_id, id);

CREATE TABLE audit_check_result (
  id              uuid PRIMARY KEY,
  run_id          uuid NOT NULL REFERENCES audit_check_run,
  pack_name       varchar(60) NOT NULL,
  check_id        varchar(80) NOT NULL,
  probe           varchar(80) NOT NULL,
  status          varchar(10) NOT NULL CHECK (status IN ('pass', 'fail', 'unknown')),
  reason          varchar(500) NOT NULL,
  -- The exact bytes that are hashed: jsonb would write them anew.
  evidence        text NOT NULL CHECK (char_length(evidence) <= 20000),
  evidence_digest varchar(64) NOT NULL CHECK (evidence_digest = encode(sha256(convert_to(evidence, 'UTF8')), 'hex')),
  checked_at      timestamptz NOT NULL
);
CREATE INDEX audit_check_result_run ON audit_check_result (run_id);
-- The newest result of a check, and its history.
CREATE INDEX audit_check_result_newest ON audit_check_result (pack_name, check_id, id DESC);

CREATE TABLE audit_control_exception (
  id           uuid PRIMARY KEY,
  pack_name    varchar(60) NOT NULL,
  control_id   varchar(20) NOT NULL,
  reason       varchar(1000) NOT NULL CHECK (reason <> ''),
  ends_date    date NOT NULL,
  requested_by varchar(200) NOT NULL,
  approved_by  varchar(200) NOT NULL CHECK (approved_by <> requested_by),
  approved_at  timestamptz NOT NULL
);
CREATE INDEX audit_control_exception_control ON audit_control_exception (pack_name, control_id);

-- Results and exceptions are evidence: nobody takes one back.
CALL cortex_make_append_only('audit_check_run');
CALL cortex_make_append_only('audit_check_result');
CALL cortex_make_append_only('audit_control_exception');

GRANT SELECT, INSERT ON audit_pack, audit_check_run, audit_check_result, audit_control_exception TO cortex_app;
GRANT UPDATE (state, approved_by, approved_at) ON audit_pack TO cortex_app;
GRANT SELECT ON audit_pack, audit_check_run, audit_check_result, audit_control_exception TO cortex_service;
