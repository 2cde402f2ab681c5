-- SPDX-License-Identifier: Apache-2.0

-- The files that versions came from, by their SHA-256. They are the platform's and hold no value of a company;
-- the database itself keeps digest and content together.
CREATE TABLE plugins_bundle (
  digest     varchar(64) PRIMARY KEY,
  content    bytea NOT NULL CHECK (octet_length(content) <= 73400320),
  CONSTRAINT plugins_bundle_digest CHECK (digest = encode(sha256(content), 'hex'))
);
CALL cortex_make_append_only('plugins_bundle');
-- WebAssembly that is packed already gets no smaller.
ALTER TABLE plugins_bundle ALTER COLUMN content SET STORAGE EXTERNAL;
GRANT SELECT, INSERT ON plugins_bundle TO cortex_app;
GRANT SELECT ON plugins_bundle TO cortex_service;

-- A version of a plugin that this installation knows, as it was signed. Nothing of it changes but that it is revoked.
CREATE TABLE plugins_version (
  id               uuid PRIMARY KEY,
  plugin_id        varchar(100) NOT NULL CHECK (plugin_id ~ '^[a-z0-9.-]+$'),
  version          varchar(64) NOT NULL CHECK (version <> ''),
  publisher        varchar(60) NOT NULL,
  bundle_digest    varchar(64) NOT NULL CONSTRAINT plugins_version_bundle_unique UNIQUE REFERENCES plugins_bundle,
  -- SHA-256 of the component: the name of what was compiled of it.
  component_digest varchar(64) NOT NULL CHECK (component_digest ~ '^[0-9a-f]{64}$'),
  manifest_text    text NOT NULL CHECK (octet_length(manifest_text) <= 65536),
  capabilities     jsonb NOT NULL CHECK (jsonb_typeof(capabilities) = 'array'),
  signed_by        jsonb NOT NULL CHECK (jsonb_typeof(signed_by) = 'array' AND jsonb_array_length(signed_by) >= 2),
  origin           varchar(10) NOT NULL CHECK (origin IN ('file', 'repository')),
  added_by         varchar(200) NOT NULL CHECK (added_by <> ''),
  added_at         timestamptz NOT NULL,
  revoked_at       timestamptz,
  revoked_reason   varchar(500) NOT NULL DEFAULT '',
  CONSTRAINT plugins_version_unique UNIQUE (plugin_id, version),
  -- What keys of installations compare: a version of this very plugin.
  CONSTRAINT plugins_version_of_plugin UNIQUE (id, plugin_id),
  CONSTRAINT plugins_version_below_publisher CHECK (starts_with(plugin_id, publisher || '.')),
  CONSTRAINT plugins_version_revoked CHECK ((revoked_at IS NULL) = (revoked_reason = ''))
);

-- Whose signatures count. A key is trusted once, in one role: after it was revoked it never comes back.
CREATE TABLE plugins_trusted_key (
  id             uuid PRIMARY KEY,
  role           varchar(10) NOT NULL CHECK (role IN ('publisher', 'reviewer')),
  publisher      varchar(60) NOT NULL,
  keyid          varchar(64) NOT NULL CONSTRAINT plugins_trusted_key_id_unique UNIQUE CHECK (keyid ~ '^[0-9a-f]{64}$'),
  -- Ed25519, hexadecimal in its only form: two ways to write one key would be two keys.
  public_key     varchar(64) NOT NULL CONSTRAINT plugins_trusted_key_unique UNIQUE CHECK (public_key ~ '^[0-9a-f]{64}$'),
  added_by       varchar(200) NOT NULL CHECK (added_by <> ''),
  added_at       timestamptz NOT NULL,
  revoked_at     timestamptz,
  revoked_reason varchar(500) NOT NULL DEFAULT '',
  CONSTRAINT plugins_trusted_key_of_publisher CHECK ((role = 'publisher') = (publisher <> '')),
  CONSTRAINT plugins_trusted_key_revoked CHECK ((revoked_at IS NULL) = (revoked_reason = ''))
);

-- A plugin in a company: what it was granted there, its settings, and on whose behalf it acts by itself.
CREATE TABLE plugins_installation (
  id                   uuid NOT NULL,
  company_id           uuid NOT NULL REFERENCES tenancy_company,
  plugin_id            varchar(100) NOT NULL,
  version_id           uuid NOT NULL,
  -- The one before, to which a rollback leads.
  previous_version_id  uuid CHECK (previous_version_id <> version_id),
  state                varchar(12) NOT NULL CHECK (state IN ('enabled', 'disabled', 'quarantined', 'removed')),
  state_reason         varchar(500) NOT NULL DEFAULT '',
  granted              jsonb NOT NULL CHECK (jsonb_typeof(granted) = 'array'),
  settings             jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object' AND octet_length(settings::text) <= 262144),
  installed_by         varchar(200) NOT NULL CHECK (installed_by <> ''),
  installed_by_user_id uuid NOT NULL REFERENCES identity_user,
  installed_at         timestamptz NOT NULL,
  PRIMARY KEY (company_id, id),
  FOREIGN KEY (version_id, plugin_id) REFERENCES plugins_version (id, plugin_id),
  FOREIGN KEY (previous_version_id, plugin_id) REFERENCES plugins_version (id, plugin_id),
  -- Whoever stops a plugin says why; what runs needs no reason.
  CONSTRAINT plugins_installation_reason CHECK ((state = 'enabled') = (state_reason = ''))
);
CREATE UNIQUE INDEX plugins_installation_once ON plugins_installation (company_id, plugin_id) WHERE state <> 'removed';
CREATE INDEX plugins_installation_of_version ON plugins_installation (version_id) WHERE state <> 'removed';
CALL cortex_scope_by_company('plugins_installation');
CALL cortex_refuse_truncate('plugins_installation');

-- Platform-wide: a plugin, or with an empty name all of them, is off where the newest row says so.
CREATE TABLE plugins_switch (
  id        uuid PRIMARY KEY,
  plugin_id varchar(100) NOT NULL,
  is_off    boolean NOT NULL,
  reason    varchar(500) NOT NULL CHECK (reason <> ''),
  turned_by varchar(200) NOT NULL CHECK (turned_by <> ''),
  turned_at timestamptz NOT NULL
);
CREATE INDEX plugins_switch_newest ON plugins_switch (plugin_id, id DESC);
CALL cortex_make_append_only('plugins_switch');

CALL cortex_refuse_truncate('plugins_version');
CALL cortex_refuse_truncate('plugins_trusted_key');

-- What was recalled stays recalled, for the first reason.
CREATE FUNCTION plugins_keep_revoked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION '% % was revoked before', TG_TABLE_NAME, OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_revoked BEFORE UPDATE ON plugins_version FOR EACH ROW EXECUTE FUNCTION plugins_keep_revoked();
CREATE TRIGGER keep_revoked BEFORE UPDATE ON plugins_trusted_key FOR EACH ROW EXECUTE FUNCTION plugins_keep_revoked();
CREATE TRIGGER refuse_deletion BEFORE DELETE ON plugins_version FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
CREATE TRIGGER refuse_deletion BEFORE DELETE ON plugins_trusted_key FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE plugins_version ENABLE ALWAYS TRIGGER keep_revoked;
ALTER TABLE plugins_trusted_key ENABLE ALWAYS TRIGGER keep_revoked;
ALTER TABLE plugins_version ENABLE ALWAYS TRIGGER refuse_deletion;
ALTER TABLE plugins_trusted_key ENABLE ALWAYS TRIGGER refuse_deletion;

-- What was removed stays so: installing anew makes a new row.
CREATE FUNCTION plugins_keep_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state = 'removed' THEN
    RAISE EXCEPTION 'installation % was removed before', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_removed BEFORE UPDATE ON plugins_installation FOR EACH ROW EXECUTE FUNCTION plugins_keep_removed();
ALTER TABLE plugins_installation ENABLE ALWAYS TRIGGER keep_removed;
CREATE TRIGGER refuse_deletion BEFORE DELETE ON plugins_installation
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE plugins_installation ENABLE ALWAYS TRIGGER refuse_deletion;

GRANT SELECT, INSERT ON plugins_version, plugins_trusted_key, plugins_installation, plugins_switch TO cortex_app;
GRANT UPDATE (revoked_at, revoked_reason) ON plugins_version, plugins_trusted_key TO cortex_app;
GRANT UPDATE (version_id, previous_version_id, state, state_reason, granted, settings, installed_by,
              installed_by_user_id) ON plugins_installation TO cortex_app;
GRANT SELECT ON plugins_version, plugins_trusted_key, plugins_installation, plugins_switch TO cortex_service;
