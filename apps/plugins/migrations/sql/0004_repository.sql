-- SPDX-License-Identifier: Apache-2.0

-- Signed metadata of what this installation publishes, as it is served. Nothing of it changes: a new version is a row.
CREATE TABLE plugins_repository_metadata (
  id      uuid PRIMARY KEY,
  role    varchar(60) NOT NULL CHECK (role ~ '^[a-z0-9.-]+$'),
  version integer NOT NULL CHECK (version > 0),
  content bytea NOT NULL CHECK (octet_length(content) <= 5000000),
  made_at timestamptz NOT NULL,
  CONSTRAINT plugins_repository_metadata_unique UNIQUE (role, version)
);
CALL cortex_make_append_only('plugins_repository_metadata');
GRANT SELECT, INSERT ON plugins_repository_metadata TO cortex_app;
GRANT SELECT ON plugins_repository_metadata TO cortex_service;

-- Bundles that are published, or were. A path belongs to one bundle for good.
CREATE TABLE plugins_repository_target (
  id               uuid PRIMARY KEY,
  path             varchar(300) NOT NULL CONSTRAINT plugins_repository_target_path_unique UNIQUE,
  role             varchar(60) NOT NULL,
  publisher        varchar(60) NOT NULL,
  channel          varchar(60) NOT NULL CHECK (channel IN ('stable', 'beta') OR starts_with(channel, 'private:')),
  plugin_id        varchar(100) NOT NULL,
  version          varchar(64) NOT NULL,
  bundle_digest    varchar(64) NOT NULL REFERENCES plugins_bundle,
  custom           jsonb NOT NULL CHECK (jsonb_typeof(custom) = 'object'),
  published_by     varchar(200) NOT NULL CHECK (published_by <> ''),
  published_at     timestamptz NOT NULL,
  withdrawn_by     varchar(200) NOT NULL DEFAULT '',
  withdrawn_at     timestamptz,
  withdrawn_reason varchar(500) NOT NULL DEFAULT '',
  CONSTRAINT plugins_repository_target_below_role CHECK (starts_with(path, role || '/')),
  CONSTRAINT plugins_repository_target_of_publisher
    CHECK (starts_with(plugin_id, publisher || '.') AND (role = publisher) = (NOT starts_with(channel, 'private:'))),
  CONSTRAINT plugins_repository_target_withdrawn
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason = '') AND (withdrawn_at IS NULL) = (withdrawn_by = ''))
);
CREATE INDEX plugins_repository_target_listed ON plugins_repository_target (role) WHERE withdrawn_at IS NULL;
CALL cortex_refuse_truncate('plugins_repository_target');
CREATE FUNCTION plugins_keep_withdrawn() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'target % was withdrawn before', OLD.path USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_withdrawn BEFORE UPDATE ON plugins_repository_target
  FOR EACH ROW EXECUTE FUNCTION plugins_keep_withdrawn();
ALTER TABLE plugins_repository_target ENABLE ALWAYS TRIGGER keep_withdrawn;
CREATE TRIGGER refuse_deletion BEFORE DELETE ON plugins_repository_target
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE plugins_repository_target ENABLE ALWAYS TRIGGER refuse_deletion;
GRANT SELECT, INSERT ON plugins_repository_target TO cortex_app;
GRANT UPDATE (withdrawn_by, withdrawn_at, withdrawn_reason) ON plugins_repository_target TO cortex_app;
GRANT SELECT ON plugins_repository_target TO cortex_service;

-- Repositories of others, under the root that an administrator brought. What a client keeps stands here and in no
-- directory that could be lost, and the greatest versions that were seen stand apart from it.
CREATE TABLE plugins_trusted_repository (
  id                       uuid PRIMARY KEY,
  name                     varchar(40) NOT NULL CONSTRAINT plugins_trusted_repository_name_unique UNIQUE
                           CHECK (name ~ '^[a-z][a-z0-9-]*$'),
  url                      varchar(500) NOT NULL DEFAULT '',
  root                     text NOT NULL CHECK (octet_length(root) <= 512000),
  allows_private_addresses boolean NOT NULL DEFAULT false,
  kept                     jsonb NOT NULL CHECK (jsonb_typeof(kept) = 'object'),
  newest                   jsonb NOT NULL CHECK (jsonb_typeof(newest) = 'object'),
  trusted_by               varchar(200) NOT NULL CHECK (trusted_by <> ''),
  trusted_at               timestamptz NOT NULL,
  refreshed_at             timestamptz
);
CALL cortex_refuse_truncate('plugins_trusted_repository');
CREATE TRIGGER refuse_deletion BEFORE DELETE ON plugins_trusted_repository
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE plugins_trusted_repository ENABLE ALWAYS TRIGGER refuse_deletion;
GRANT SELECT, INSERT ON plugins_trusted_repository TO cortex_app;
GRANT UPDATE (url, root, allows_private_addresses, kept, newest, trusted_by, trusted_at, refreshed_at)
  ON plugins_trusted_repository TO cortex_app;
GRANT SELECT ON plugins_trusted_repository TO cortex_service;

-- Where bundles came from. Each night tells which of them are listed no more.
CREATE TABLE plugins_fetched_bundle (
  id            uuid PRIMARY KEY,
  repository_id uuid NOT NULL REFERENCES plugins_trusted_repository,
  path          varchar(300) NOT NULL CHECK (path <> ''),
  bundle_digest varchar(64) NOT NULL CHECK (bundle_digest ~ '^[0-9a-f]{64}$'),
  fetched_at    timestamptz NOT NULL,
  gone_at       timestamptz,
  CONSTRAINT plugins_fetched_bundle_unique UNIQUE (repository_id, bundle_digest)
);
CREATE INDEX plugins_fetched_bundle_gone ON plugins_fetched_bundle (bundle_digest) WHERE gone_at IS NOT NULL;
CALL cortex_refuse_truncate('plugins_fetched_bundle');
CREATE TRIGGER refuse_deletion BEFORE DELETE ON plugins_fetched_bundle
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE plugins_fetched_bundle ENABLE ALWAYS TRIGGER refuse_deletion;
GRANT SELECT, INSERT ON plugins_fetched_bundle TO cortex_app;
GRANT UPDATE (gone_at) ON plugins_fetched_bundle TO cortex_app;
GRANT SELECT ON plugins_fetched_bundle TO cortex_service;
