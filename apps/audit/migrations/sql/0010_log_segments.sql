-- SPDX-License-Identifier: Apache-2.0

-- Logs of processes are the platform's. No line of a log is here: digests, places and names of files are.
CREATE TABLE audit_log_segment (
  id         uuid PRIMARY KEY,
  -- Host and name of the file, which rotations keep.
  stream     varchar(300) NOT NULL,
  ordinal    bigint NOT NULL CHECK (ordinal >= 0),
  -- Counts the files of the stream; each rotation begins one.
  file       bigint NOT NULL CHECK (file >= 0),
  first_byte bigint NOT NULL CHECK (first_byte >= 0),
  end_byte   bigint NOT NULL CHECK (end_byte >= first_byte),
  sha256     varchar(64) NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  former     varchar(64) CHECK (former ~ '^[0-9a-f]{64}$'),
  closes     boolean NOT NULL,
  broken     varchar(300) CHECK (broken IS NULL OR (first_byte = end_byte AND NOT closes)),
  sealed_at  timestamptz NOT NULL,
  -- All of the above in its canonical form. The leaf carries its digest.
  statement  bytea NOT NULL CHECK (octet_length(statement) <= 4096),
  CONSTRAINT log_segment_unique UNIQUE (stream, ordinal),
  CHECK ((ordinal = 0) = (former IS NULL))
);
CREATE INDEX log_segment_closing ON audit_log_segment (stream, file) WHERE first_byte = 0 OR closes;
-- Breaks are few, and probes ask for the newest every few seconds; closed files are asked for at each segment.
CREATE INDEX log_segment_broken_at ON audit_log_segment (sealed_at) WHERE broken IS NOT NULL;
CREATE INDEX log_segment_broken ON audit_log_segment (stream, ordinal) WHERE broken IS NOT NULL;
CREATE INDEX log_segment_closed ON audit_log_segment (stream, ordinal) WHERE closes;
CALL cortex_make_append_only('audit_log_segment');
-- One chain for each stream: two custodians that know nothing of each other cannot fork it.
CREATE FUNCTION audit_log_segment_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.ordinal > 0 AND NOT EXISTS (
    SELECT FROM audit_log_segment WHERE stream = NEW.stream AND ordinal = NEW.ordinal - 1
       AND encode(sha256(statement), 'hex') = NEW.former
  ) THEN
    RAISE EXCEPTION 'segment % of % does not follow the one before', NEW.ordinal, NEW.stream
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER follows_the_former BEFORE INSERT ON audit_log_segment
  FOR EACH ROW EXECUTE FUNCTION audit_log_segment_follows();
ALTER TABLE audit_log_segment ENABLE ALWAYS TRIGGER follows_the_former;

-- When the custodian of a machine last looked at all its logs. It proves nothing: probes ask for it.
CREATE TABLE audit_log_custodian (
  host      varchar(200) PRIMARY KEY,
  looked_at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON audit_log_segment TO cortex_app;
GRANT SELECT, INSERT, UPDATE ON audit_log_custodian TO cortex_app;
GRANT SELECT ON audit_log_segment, audit_log_custodian TO cortex_service;
