-- SPDX-License-Identifier: Apache-2.0

-- Keys belong to the installation, so what was seen of them is no company's. Nothing of a key is in a row: names,
-- versions, times and marks of public halves are.
CREATE TABLE secrets_key_sighting (
  id      uuid PRIMARY KEY,
  keeper  varchar(20) NOT NULL,
  key_id  varchar(61) NOT NULL,
  version bigint NOT NULL CHECK (version >= 0),
  mark    varchar(64) NOT NULL CHECK (mark ~ '^[0-9a-f]{64}$'),
  is_held boolean NOT NULL,
  seen_at timestamptz NOT NULL,
  -- Of all of the above in its canonical form. The leaf carries it too.
  digest  varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX key_sighting_newest ON secrets_key_sighting (keeper, key_id, version, mark, id DESC);
CREATE INDEX key_sighting_by_time ON secrets_key_sighting (seen_at DESC);
CALL cortex_make_append_only('secrets_key_sighting');

CREATE TABLE secrets_key_use (
  id        uuid PRIMARY KEY,
  hour_at   timestamptz NOT NULL CHECK (hour_at = date_trunc('hour', hour_at, 'UTC')),
  used_at   timestamptz NOT NULL CHECK (used_at >= hour_at AND used_at < hour_at + interval '1 hour'),
  keeper    varchar(20) NOT NULL,
  key_id    varchar(61) NOT NULL,
  version   bigint NOT NULL CHECK (version >= 0),
  operation varchar(20) NOT NULL CHECK (operation IN ('encrypt', 'decrypt', 'wrap', 'unwrap', 'sign')),
  process   varchar(20) NOT NULL CHECK (process IN ('web', 'worker', 'beat', 'command')),
  digest    varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- Processes do not know of each other: the first of a kind in an hour leaves the leaf.
  CONSTRAINT key_use_unique UNIQUE (hour_at, keeper, key_id, version, operation, process)
);
CREATE INDEX key_use_by_time ON secrets_key_use (used_at DESC);
CALL cortex_make_append_only('secrets_key_use');

GRANT SELECT, INSERT ON secrets_key_sighting, secrets_key_use TO cortex_app;
GRANT SELECT ON secrets_key_sighting, secrets_key_use TO cortex_service;
