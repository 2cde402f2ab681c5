-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE programs_program (
  id                    uuid PRIMARY KEY,
  application_id        bigint NOT NULL CONSTRAINT program_application_unique UNIQUE
                        REFERENCES oauth2_provider_application ON DELETE CASCADE,
  is_enabled            boolean NOT NULL,
  allowed_scopes        varchar(100)[] NOT NULL,
  requires_certificate  boolean NOT NULL,
  certificate_id        varchar(255) NOT NULL,
  previous_secret       varchar(255) NOT NULL,
  previous_secret_until timestamptz,
  created_at            timestamptz NOT NULL,
  CONSTRAINT program_certificate_named CHECK (NOT requires_certificate OR certificate_id <> '')
);

-- Clients that were there before keep what they could do: every scope there was, and no later one.
INSERT INTO programs_program (id, application_id, is_enabled, allowed_scopes, requires_certificate,
                              certificate_id, previous_secret, created_at)
  SELECT gen_random_uuid(), id, true,
         ARRAY['accounting:read', 'accounting:write', 'events:read', 'events:write', 'jobs:read', 'jobs:write',
               'schemas'],
         false, '', '', created
    FROM oauth2_provider_application;

CREATE TABLE programs_authorization (
  id               uuid PRIMARY KEY,
  application_id   bigint NOT NULL REFERENCES oauth2_provider_application ON DELETE CASCADE,
  user_id          uuid NOT NULL REFERENCES identity_user ON DELETE CASCADE,
  scopes           varchar(100)[] NOT NULL,
  methods          varchar(20)[] NOT NULL,
  authenticated_at timestamptz,
  code_digest      bytea NOT NULL CONSTRAINT authorization_code_unique UNIQUE CHECK (length(code_digest) = 32),
  code_used_at     timestamptz,
  granted_at       timestamptz NOT NULL,
  ended_at         timestamptz,
  ended_because    varchar(40) NOT NULL
);
CREATE INDEX authorization_by_user ON programs_authorization (user_id, application_id);
CREATE INDEX authorization_by_application ON programs_authorization (application_id);
CREATE INDEX authorization_by_age ON programs_authorization (granted_at, id);

CREATE TABLE programs_signing_key (
  id           uuid PRIMARY KEY,
  kid          varchar(43) NOT NULL CONSTRAINT signing_key_kid_unique UNIQUE,
  keeper       varchar(20) NOT NULL,
  key_id       varchar(61) NOT NULL,
  version      bigint NOT NULL,
  public_key   bytea NOT NULL CHECK (length(public_key) = 32),
  published_at timestamptz NOT NULL,
  retired_at   timestamptz,
  withdrawn_at timestamptz
);

-- What is over is found by its age, however much is still good beside it.
CREATE INDEX programs_access_token_by_age ON oauth2_provider_accesstoken (expires, id);
CREATE INDEX programs_refresh_token_by_end ON oauth2_provider_refreshtoken (revoked, id) WHERE revoked IS NOT NULL;
CREATE INDEX programs_id_token_by_age ON oauth2_provider_idtoken (expires, id);
CREATE INDEX programs_grant_by_age ON oauth2_provider_grant (expires, id);
CREATE INDEX programs_device_grant_by_age ON oauth2_provider_devicegrant (expires, id);
CREATE UNIQUE INDEX programs_device_grant_by_user_code ON oauth2_provider_devicegrant (user_code);

GRANT SELECT, INSERT, DELETE ON programs_program, programs_authorization, programs_signing_key TO cortex_app;
GRANT UPDATE (is_enabled, allowed_scopes, requires_certificate, certificate_id, previous_secret,
              previous_secret_until) ON programs_program TO cortex_app;
GRANT UPDATE (scopes, code_used_at, ended_at, ended_because) ON programs_authorization TO cortex_app;
GRANT UPDATE (retired_at, withdrawn_at) ON programs_signing_key TO cortex_app;
