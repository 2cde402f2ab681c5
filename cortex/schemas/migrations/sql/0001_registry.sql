-- SPDX-License-Identifier: Apache-2.0

-- The registry is the platform's: its tables know no company, and row-level security has nothing to guard.
CREATE TABLE schemas_content (
  id                integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  schema_type       varchar(10) NOT NULL CHECK (schema_type IN ('AVRO', 'JSON')),
  text              text NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 65536),
  digest            bytea NOT NULL CONSTRAINT schema_content_unique UNIQUE CHECK (octet_length(digest) = 32),
  normalized_digest bytea NOT NULL CHECK (octet_length(normalized_digest) = 32),
  created_at        timestamptz NOT NULL
);
CREATE INDEX schema_content_normalized ON schemas_content (normalized_digest);
-- Messages carry ids: what an id stands for never changes.
CALL cortex_make_append_only('schemas_content');

CREATE TABLE schemas_subject (
  id              uuid PRIMARY KEY,
  name            varchar(255) NOT NULL CONSTRAINT schema_subject_unique UNIQUE CHECK (name <> ''),
  compatibility   varchar(20) CHECK (compatibility IN ('NONE', 'BACKWARD', 'BACKWARD_TRANSITIVE',
                  'FORWARD', 'FORWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE')),
  versions_issued integer NOT NULL CHECK (versions_issued >= 0)
);

CREATE TABLE schemas_version (
  id            uuid PRIMARY KEY,
  subject_id    uuid NOT NULL REFERENCES schemas_subject,
  number        integer NOT NULL CHECK (number >= 1),
  content_id    integer NOT NULL REFERENCES schemas_content,
  registered_by varchar(200) NOT NULL,
  registered_at timestamptz NOT NULL,
  deleted_at    timestamptz,
  CONSTRAINT schema_version_unique UNIQUE (subject_id, number)
);
CREATE UNIQUE INDEX schema_version_content_unique ON schemas_version (subject_id, content_id)
  WHERE deleted_at IS NULL;
CREATE INDEX schema_version_by_content ON schemas_version (content_id);

CREATE TABLE schemas_reference (
  id         uuid PRIMARY KEY,
  content_id integer NOT NULL REFERENCES schemas_content,
  place      smallint NOT NULL,
  name       varchar(500) NOT NULL CHECK (name <> ''),
  version_id uuid NOT NULL REFERENCES schemas_version,
  CONSTRAINT schema_reference_place_unique UNIQUE (content_id, place),
  CONSTRAINT schema_reference_name_unique UNIQUE (content_id, name)
);
CREATE INDEX schema_reference_by_version ON schemas_reference (version_id);

CREATE TABLE schemas_setting (
  id            smallint PRIMARY KEY CHECK (id = 1),
  compatibility varchar(20) NOT NULL CHECK (compatibility IN ('NONE', 'BACKWARD', 'BACKWARD_TRANSITIVE',
                'FORWARD', 'FORWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE'))
);
INSERT INTO schemas_setting (id, compatibility) VALUES (1, 'BACKWARD');

GRANT SELECT, INSERT ON schemas_content TO cortex_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON schemas_subject, schemas_version TO cortex_app;
GRANT SELECT, INSERT, DELETE ON schemas_reference TO cortex_app;
GRANT SELECT, UPDATE ON schemas_setting TO cortex_app;
GRANT SELECT ON schemas_content, schemas_subject, schemas_version, schemas_reference, schemas_setting
  TO cortex_service;
