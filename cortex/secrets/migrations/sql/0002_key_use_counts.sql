-- SPDX-License-Identifier: Apache-2.0

-- What a process counted since it last told. It waits here for minutes, until it is added up and goes: no evidence yet.
CREATE TABLE secrets_key_tally (
  id        uuid PRIMARY KEY,
  keeper    varchar(20) NOT NULL,
  key_id    varchar(61) NOT NULL,
  version   bigint NOT NULL CHECK (version >= 0),
  operation varchar(20) NOT NULL CHECK (operation IN ('encrypt', 'decrypt', 'wrap', 'unwrap', 'sign')),
  process   varchar(20) NOT NULL CHECK (process IN ('web', 'worker', 'beat', 'command')),
  uses      bigint NOT NULL CHECK (uses > 0),
  since_at  timestamptz NOT NULL,
  until_at  timestamptz NOT NULL CHECK (until_at >= since_at)
);
CALL cortex_refuse_truncate('secrets_key_tally');

-- All uses of a key in an interval. Nothing of a key is here, nor of what it was used for.
CREATE TABLE secrets_key_use_count (
  id        uuid PRIMARY KEY,
  keeper    varchar(20) NOT NULL,
  key_id    varchar(61) NOT NULL,
  since_at  timestamptz NOT NULL,
  until_at  timestamptz NOT NULL CHECK (until_at >= since_at),
  use_count bigint NOT NULL CHECK (use_count > 0),
  -- By version, operation and kind of process.
  uses      jsonb NOT NULL CHECK (jsonb_typeof(uses) = 'array' AND jsonb_array_length(uses) > 0),
  digest    varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE INDEX key_use_count_by_time ON secrets_key_use_count (until_at DESC);
CALL cortex_make_append_only('secrets_key_use_count');

GRANT SELECT, INSERT, DELETE ON secrets_key_tally TO cortex_app;
GRANT SELECT, INSERT ON secrets_key_use_count TO cortex_app;
GRANT SELECT ON secrets_key_tally, secrets_key_use_count TO cortex_service;
