-- SPDX-License-Identifier: Apache-2.0

-- Failed sign-ins by a keyed digest of the name or the address, so that guessing is bounded whatever
-- becomes of the cache. The table says of nobody whether a user of that name exists.
CREATE TABLE identity_sign_in_failure (
  subject  bytea PRIMARY KEY CHECK (length(subject) = 32),
  failures integer NOT NULL CHECK (failures > 0),
  ends_at  timestamptz NOT NULL
);

-- What people see of their sessions. The session itself is Django's; ending one deletes both rows.
CREATE TABLE identity_session (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES identity_user ON DELETE CASCADE,
  session_key  varchar(40) NOT NULL CONSTRAINT session_key_unique UNIQUE,
  methods      varchar(20)[] NOT NULL,
  device       varchar(200) NOT NULL,
  address      varchar(45) NOT NULL,
  began_at     timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL
);
CREATE INDEX session_by_user ON identity_session (user_id);

-- A link signs in, or lets a forgotten password be replaced; never both.
ALTER TABLE identity_one_time_sign_in
  ADD COLUMN purpose varchar(20) NOT NULL DEFAULT 'sign_in'
    CHECK (purpose IN ('sign_in', 'password_reset'));

GRANT SELECT, INSERT, UPDATE, DELETE ON identity_sign_in_failure TO cortex_app;
GRANT SELECT, INSERT, DELETE, UPDATE (last_used_at, methods, session_key) ON identity_session TO cortex_app;
