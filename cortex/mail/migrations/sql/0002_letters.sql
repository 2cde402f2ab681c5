-- SPDX-License-Identifier: Apache-2.0

-- Messages about somebody's own account: they belong to no company. The text may hold a link that opens
-- the account, so it is sealed, and it goes with the address when the letter was sent or given up.
CREATE TABLE mail_letter (
  id           uuid PRIMARY KEY,
  recipient_id uuid REFERENCES identity_user,
  address      varchar(254) NOT NULL,
  topic        varchar(100) NOT NULL,
  subject      varchar(200) NOT NULL,
  body         bytea NOT NULL,
  state        varchar(10) NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  attempts     smallint NOT NULL CHECK (attempts >= 0),
  last_error   varchar(200) NOT NULL,
  due_at       timestamptz NOT NULL,
  ends_at      timestamptz NOT NULL,
  created_at   timestamptz NOT NULL,
  sent_at      timestamptz,
  CHECK ((recipient_id IS NULL) OR address = ''),
  CHECK (state = 'queued' OR (subject = '' AND body = '' AND address = ''))
);
CREATE INDEX letter_due ON mail_letter (due_at) WHERE state = 'queued';
CREATE INDEX letter_by_recipient ON mail_letter (recipient_id);
CALL cortex_refuse_truncate('mail_letter');
GRANT SELECT, INSERT, UPDATE ON mail_letter TO cortex_app;
