-- SPDX-License-Identifier: Apache-2.0

-- Publishers, what they send in, what is decided about it, and what is released. All of it is the platform's:
-- a publisher is no company here, and no row holds a value of one.
CREATE TABLE plugins_publisher (
  id            uuid PRIMARY KEY,
  namespace     varchar(60) NOT NULL CONSTRAINT plugins_publisher_namespace_unique UNIQUE
                CHECK (namespace ~ '^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$'),
  -- What a hasty reader sees: a namespace that looks like another is taken with it.
  skeleton      varchar(60) NOT NULL CONSTRAINT plugins_publisher_skeleton_unique UNIQUE,
  name          varchar(100) NOT NULL CHECK (name <> ''),
  contact       varchar(200) NOT NULL CHECK (contact ~ '^(https://|mailto:)'),
  owner         varchar(200) NOT NULL CHECK (owner <> ''),
  owner_user_id uuid NOT NULL REFERENCES identity_user,
  claimed_at    timestamptz NOT NULL,
  confirmed_by  varchar(200),
  confirmed_at  timestamptz,
  confirmation  varchar(1000) NOT NULL DEFAULT '',
  CONSTRAINT plugins_publisher_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)
    AND (confirmed_at IS NULL) = (confirmation = '')),
  CONSTRAINT plugins_publisher_confirmed_by_another CHECK (confirmed_by <> owner)
);

CREATE TABLE plugins_publisher_key (
  id             uuid PRIMARY KEY,
  publisher_id   uuid NOT NULL REFERENCES plugins_publisher,
  keyid          varchar(64) NOT NULL CHECK (keyid ~ '^[0-9a-f]{64}$'),
  public_key     varchar(64) NOT NULL CHECK (public_key ~ '^[0-9a-f]{64}$'),
  challenge      varchar(64) NOT NULL CONSTRAINT plugins_publisher_key_challenge_unique UNIQUE,
  added_by       varchar(200) NOT NULL,
  added_at       timestamptz NOT NULL,
  verified_at    timestamptz,
  revoked_at     timestamptz,
  revoked_by     varchar(200),
  revoked_reason varchar(1000) NOT NULL DEFAULT '',
  CONSTRAINT plugins_publisher_key_revoked CHECK ((revoked_at IS NULL) = (revoked_reason = '')
    AND (revoked_at IS NULL) = (revoked_by IS NULL)),
  CONSTRAINT plugins_publisher_key_once UNIQUE (publisher_id, public_key)
);
-- Whoever proved that they hold a key has it alone, also after it was revoked. Without the proof a name takes
-- nothing from anybody.
CREATE UNIQUE INDEX plugins_publisher_key_proved ON plugins_publisher_key (public_key) WHERE verified_at IS NOT NULL;

CREATE TABLE plugins_submission (
  id               uuid PRIMARY KEY,
  publisher_id     uuid NOT NULL REFERENCES plugins_publisher,
  plugin_id        varchar(100) NOT NULL CHECK (plugin_id ~ '^[a-z0-9.-]+$'),
  version          varchar(64) NOT NULL CHECK (version <> ''),
  channel          varchar(10) NOT NULL CHECK (channel IN ('stable', 'beta', 'private')),
  company_code     varchar(50) NOT NULL DEFAULT '',
  source_digest    varchar(64) NOT NULL CHECK (source_digest ~ '^[0-9a-f]{64}$'),
  statement        text NOT NULL CHECK (octet_length(statement) <= 65536),
  -- Of what was signed, whatever the signature: the same statement counts once.
  statement_digest varchar(64) NOT NULL CONSTRAINT plugins_submission_statement_unique UNIQUE,
  signed_by        varchar(64) NOT NULL,
  manifest_text    text NOT NULL CHECK (octet_length(manifest_text) <= 65536),
  capabilities     jsonb NOT NULL CHECK (jsonb_typeof(capabilities) = 'array'),
  state            varchar(12) NOT NULL CHECK (state IN
                   ('checking', 'failed', 'reviewable', 'rejected', 'approved', 'confirmed', 'released')),
  submitted_by     varchar(200) NOT NULL CHECK (submitted_by <> ''),
  submitted_at     timestamptz NOT NULL,
  bundle_digest    varchar(64) NOT NULL DEFAULT '',
  approved_by      varchar(200),
  approved_at      timestamptz,
  confirmed_by     varchar(200),
  confirmed_at     timestamptz,
  CONSTRAINT plugins_submission_private CHECK ((channel = 'private') = (company_code <> '')),
  CONSTRAINT plugins_submission_approved CHECK (
    (state IN ('approved', 'confirmed', 'released')) = (approved_by IS NOT NULL)
    AND (approved_by IS NULL) = (approved_at IS NULL)),
  -- The database keeps the four eyes as well.
  CONSTRAINT plugins_submission_by_another CHECK (approved_by <> submitted_by),
  CONSTRAINT plugins_submission_confirmed CHECK (
    (state IN ('confirmed', 'released')) = (confirmed_by IS NOT NULL)
    AND (confirmed_by IS NULL) = (confirmed_at IS NULL)
    AND (confirmed_by IS NULL) = (bundle_digest = ''))
);
-- One version is under way, or out, once; after a refusal it may come again with other sources.
CREATE UNIQUE INDEX plugins_submission_version ON plugins_submission (plugin_id, version)
  WHERE state NOT IN ('failed', 'rejected');
CREATE INDEX plugins_submission_waiting ON plugins_submission (state, id);

CREATE TABLE plugins_submission_file (
  id            uuid PRIMARY KEY,
  submission_id uuid NOT NULL REFERENCES plugins_submission,
  kind          varchar(10) NOT NULL CHECK (kind IN ('sources', 'built', 'signed')),
  digest        varchar(64) NOT NULL,
  content       bytea NOT NULL CHECK (octet_length(content) <= 73400320),
  CONSTRAINT plugins_submission_file_digest CHECK (digest = encode(sha256(content), 'hex'))
);
CREATE INDEX plugins_submission_file_newest ON plugins_submission_file (submission_id, kind, id DESC);
ALTER TABLE plugins_submission_file ALTER COLUMN content SET STORAGE EXTERNAL;
CALL cortex_make_append_only('plugins_submission_file');

CREATE TABLE plugins_review_run (
  id            uuid PRIMARY KEY,
  submission_id uuid NOT NULL REFERENCES plugins_submission,
  state         varchar(10) NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
  done          smallint NOT NULL CHECK (done >= 0),
  total         smallint NOT NULL CHECK (total >= 0),
  message       varchar(200) NOT NULL DEFAULT '',
  checks        jsonb NOT NULL CHECK (jsonb_typeof(checks) = 'array'),
  error         jsonb,
  asked_by      varchar(200) NOT NULL CHECK (asked_by <> ''),
  attempts      smallint NOT NULL CHECK (attempts >= 0),
  claim         uuid,
  lease_until   timestamptz,
  asked_at      timestamptz NOT NULL,
  sent_at       timestamptz NOT NULL,
  finished_at   timestamptz,
  CONSTRAINT plugins_review_run_finished_once CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
  CONSTRAINT plugins_review_run_running_is_leased CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CONSTRAINT plugins_review_run_failed_for_a_reason CHECK ((state = 'failed') = (error IS NOT NULL))
);
CREATE UNIQUE INDEX plugins_review_run_one_at_a_time ON plugins_review_run (submission_id)
  WHERE state IN ('queued', 'running');
CREATE INDEX plugins_review_run_newest ON plugins_review_run (submission_id, id DESC);

CREATE TABLE plugins_review_decision (
  id            uuid PRIMARY KEY,
  submission_id uuid NOT NULL REFERENCES plugins_submission,
  is_approved   boolean NOT NULL,
  checklist     jsonb NOT NULL,
  reason        varchar(1000) NOT NULL,
  decided_by    varchar(200) NOT NULL CHECK (decided_by <> ''),
  decided_at    timestamptz NOT NULL
);
CREATE INDEX plugins_review_decision_newest ON plugins_review_decision (submission_id, id DESC);
CALL cortex_make_append_only('plugins_review_decision');

CREATE TABLE plugins_release (
  id               uuid PRIMARY KEY,
  submission_id    uuid NOT NULL CONSTRAINT plugins_release_submission_unique UNIQUE REFERENCES plugins_submission,
  plugin_id        varchar(100) NOT NULL,
  version          varchar(64) NOT NULL,
  name             varchar(60) NOT NULL,
  description      text NOT NULL CHECK (length(description) <= 2000),
  channel          varchar(10) NOT NULL CHECK (channel IN ('stable', 'beta', 'private')),
  company_code     varchar(50) NOT NULL DEFAULT '',
  -- Of the bundle as the publisher signed it: the signing service finds the release by it.
  bundle_digest    varchar(64) NOT NULL CONSTRAINT plugins_release_bundle_unique UNIQUE
                   CHECK (bundle_digest ~ '^[0-9a-f]{64}$'),
  released_by      varchar(200) NOT NULL CHECK (released_by <> ''),
  released_at      timestamptz NOT NULL,
  standing         varchar(10) NOT NULL CHECK (standing IN ('released', 'yanked', 'revoked')),
  withdrawn_by     varchar(200),
  withdrawn_at     timestamptz,
  withdrawn_reason varchar(1000) NOT NULL DEFAULT '',
  -- When the signed repository had it, and had it no more.
  published_at     timestamptz,
  taken_out_at     timestamptz,
  hindrance        varchar(500) NOT NULL DEFAULT '',
  CONSTRAINT plugins_release_version_unique UNIQUE (plugin_id, version),
  CONSTRAINT plugins_release_private CHECK ((channel = 'private') = (company_code <> '')),
  CONSTRAINT plugins_release_withdrawn CHECK ((standing = 'released') = (withdrawn_at IS NULL)
    AND (standing = 'released') = (withdrawn_by IS NULL) AND (standing = 'released') = (withdrawn_reason = ''))
);
CREATE INDEX plugins_release_newest ON plugins_release (plugin_id, id DESC);

CREATE TABLE plugins_problem_report (
  id          uuid PRIMARY KEY,
  release_id  uuid NOT NULL REFERENCES plugins_release,
  kind        varchar(10) NOT NULL CHECK (kind IN ('security', 'fault', 'rights', 'other')),
  text        varchar(2000) NOT NULL CHECK (text <> ''),
  reported_by varchar(200) NOT NULL CHECK (reported_by <> ''),
  reported_at timestamptz NOT NULL,
  closed_by   varchar(200),
  closed_at   timestamptz,
  answer      varchar(1000) NOT NULL DEFAULT '',
  CONSTRAINT plugins_problem_report_closed CHECK ((closed_at IS NULL) = (closed_by IS NULL)
    AND (closed_at IS NULL) = (answer = ''))
);
CREATE INDEX plugins_problem_report_newest ON plugins_problem_report (release_id, id DESC);
CREATE INDEX plugins_problem_report_of_person ON plugins_problem_report (reported_by, reported_at);

-- What ended stays ended: a key that was revoked, a submission that was refused or released, a revoked release.
CREATE FUNCTION plugins_keep_ended() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'plugins_publisher_key' AND to_jsonb(OLD) ->> 'revoked_at' IS NOT NULL
     OR TG_TABLE_NAME = 'plugins_submission' AND to_jsonb(OLD) ->> 'state' IN ('rejected', 'released')
     OR TG_TABLE_NAME = 'plugins_release' AND to_jsonb(OLD) ->> 'standing' = 'revoked'
        AND (to_jsonb(NEW) - '{taken_out_at,hindrance}'::text[]) <> (to_jsonb(OLD) - '{taken_out_at,hindrance}'::text[])
     THEN
    RAISE EXCEPTION '% % has ended', TG_TABLE_NAME, OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['plugins_publisher', 'plugins_publisher_key', 'plugins_submission',
                              'plugins_review_run', 'plugins_release', 'plugins_problem_report'] LOOP
    EXECUTE format('CALL cortex_refuse_truncate(%L)', name);
    EXECUTE format('CREATE TRIGGER refuse_deletion BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER refuse_deletion', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['plugins_publisher_key', 'plugins_submission', 'plugins_release'] LOOP
    EXECUTE format('CREATE TRIGGER keep_ended BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION plugins_keep_ended()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER keep_ended', name);
  END LOOP;
END $$;

GRANT SELECT, INSERT ON plugins_publisher, plugins_publisher_key, plugins_submission, plugins_submission_file,
  plugins_review_run, plugins_review_decision, plugins_release, plugins_problem_report TO cortex_app;
GRANT UPDATE (confirmed_by, confirmed_at, confirmation) ON plugins_publisher TO cortex_app;
GRANT UPDATE (challenge, verified_at, revoked_at, revoked_by, revoked_reason) ON plugins_publisher_key TO cortex_app;
GRANT UPDATE (state, bundle_digest, approved_by, approved_at, confirmed_by, confirmed_at)
  ON plugins_submission TO cortex_app;
GRANT UPDATE (state, done, total, message, checks, error, attempts, claim, lease_until, sent_at, finished_at)
  ON plugins_review_run TO cortex_app;
GRANT UPDATE (standing, withdrawn_by, withdrawn_at, withdrawn_reason, published_at, taken_out_at, hindrance)
  ON plugins_release TO cortex_app;
GRANT UPDATE (closed_by, closed_at, answer) ON plugins_problem_report TO cortex_app;
GRANT SELECT ON plugins_publisher, plugins_publisher_key, plugins_submission, plugins_submission_file,
  plugins_review_run, plugins_review_decision, plugins_release, plugins_problem_report TO cortex_service;
