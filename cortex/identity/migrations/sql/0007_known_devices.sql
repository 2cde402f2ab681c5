-- SPDX-License-Identifier: Apache-2.0

-- Devices from which somebody signed in before, so that a sign-in from another one is told by letter. The digest
-- holds person, browser and system in words, and the coarse network: of nobody's movements more than that it was so.
CREATE TABLE identity_known_device (
  id            uuid PRIMARY KEY,
  user_id       uuid NOT NULL REFERENCES identity_user ON DELETE CASCADE,
  fingerprint   varchar(64) NOT NULL CHECK (length(fingerprint) = 64),
  first_seen_at timestamptz NOT NULL,
  last_seen_at  timestamptz NOT NULL,
  CONSTRAINT known_device_once UNIQUE (user_id, fingerprint)
);
CREATE INDEX known_device_last_seen ON identity_known_device (last_seen_at);
GRANT SELECT, INSERT, DELETE, UPDATE (last_seen_at) ON identity_known_device TO cortex_app;
