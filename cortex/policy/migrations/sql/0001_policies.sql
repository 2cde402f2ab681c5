-- SPDX-License-Identifier: Apache-2.0

-- Policies are the platform's: versions know no company. Number 0 are those that the program brings along.
CREATE TABLE policy_version (
  id           uuid PRIMARY KEY,
  number       integer NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT policy_version_number_unique UNIQUE,
  text         text NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 1048576),
  digest       varchar(64) NOT NULL,
  state        varchar(20) NOT NULL DEFAULT 'draft'
               CHECK (state IN ('draft', 'validated', 'simulated', 'approved', 'active', 'retired')),
  author       varchar(200) NOT NULL CHECK (author <> ''),
  note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 2000),
  created_at   timestamptz NOT NULL,
  validated_at timestamptz,
  simulated_at timestamptz,
  simulation   jsonb,
  approved_by  varchar(200),
  approved_at  timestamptz,
  activated_at timestamptz,
  -- Who writes a version does not approve it: the program asks the policies, and the database asks again.
  CONSTRAINT policy_version_approved_by_another CHECK (approved_by IS NULL OR approved_by <> author),
  CONSTRAINT policy_version_approved_whole CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
CREATE FUNCTION policy_keep_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.digest := encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex');
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR (NEW.id, NEW.number, NEW.text, NEW.digest, NEW.author, NEW.note, NEW.created_at)
     IS DISTINCT FROM (OLD.id, OLD.number, OLD.text, OLD.digest, OLD.author, OLD.note, OLD.created_at) THEN
    RAISE EXCEPTION 'version % of the policies is refused to change: write another one', OLD.number
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_version BEFORE INSERT OR UPDATE OR DELETE ON policy_version
  FOR EACH ROW EXECUTE FUNCTION policy_keep_version();
ALTER TABLE policy_version ENABLE ALWAYS TRIGGER keep_version;
CALL cortex_refuse_truncate('policy_version');

-- The last row says what is in force; NULL stands for the policies that the program brings along.
CREATE TABLE policy_activation (
  id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  version_id   uuid REFERENCES policy_version,
  reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 2000),
  activated_by varchar(200) NOT NULL CHECK (activated_by <> ''),
  activated_at timestamptz NOT NULL
);
CALL cortex_make_append_only('policy_activation');

-- Each decision, with what it was decided on, so that it can be explained and asked again under other policies.
CREATE TABLE policy_decision (
  id            uuid PRIMARY KEY,
  -- No reference: a company that was made and undone while somebody asked was asked about all the same.
  company_id    uuid,
  decided_at    timestamptz NOT NULL,
  principal     varchar(200) NOT NULL,
  action        varchar(100) NOT NULL,
  resource_type varchar(100) NOT NULL,
  resource_id   varchar(200) NOT NULL,
  is_allowed    boolean NOT NULL,
  reason        varchar(500) NOT NULL,
  needs         varchar(20)[] NOT NULL,
  policy_ids    varchar(100)[] NOT NULL,
  version       integer NOT NULL CHECK (version >= 0),
  is_break_glass boolean NOT NULL,
  -- Who asked with which roles, what about and in which situation; NULL where no policy was asked.
  question      jsonb CHECK (octet_length(question::text) <= 65536)
);
CREATE INDEX policy_decision_company ON policy_decision (company_id, id DESC);
CREATE INDEX policy_decision_principal ON policy_decision (principal, id DESC);
CREATE FUNCTION policy_keep_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'decisions are refused to change' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse_update BEFORE UPDATE ON policy_decision
  FOR EACH ROW EXECUTE FUNCTION policy_keep_decision();
ALTER TABLE policy_decision ENABLE ALWAYS TRIGGER refuse_update;
CALL cortex_refuse_truncate('policy_decision');
-- A decision on the platform has no company; like its leaves it is appended by anybody, and read by the service.
ALTER TABLE policy_decision ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON policy_decision USING (company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON policy_decision TO cortex_service USING (true);

GRANT SELECT, INSERT (id, text, author, note, created_at) ON policy_version TO cortex_app;
GRANT UPDATE (state, validated_at, simulated_at, simulation, approved_by, approved_at, activated_at)
  ON policy_version TO cortex_app;
GRANT SELECT, INSERT (version_id, reason, activated_by, activated_at) ON policy_activation TO cortex_app;
GRANT SELECT ON policy_version, policy_activation TO cortex_service;
GRANT SELECT, INSERT ON policy_decision TO cortex_app;
-- Retention is the service's: whoever decides does not forget.
GRANT SELECT, DELETE ON policy_decision TO cortex_service;
