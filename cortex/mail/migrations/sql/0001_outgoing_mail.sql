-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE mail_outgoing_mail (
  id           uuid NOT NULL,
  company_id   uuid NOT NULL REFERENCES tenancy_company,
  recipient_id uuid NOT NULL REFERENCES identity_user,
  topic        varchar(100) NOT NULL,
  subject      varchar(200) NOT NULL,
  body         varchar(10000) NOT NULL,
  state        varchar(10) NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  attempts     smallint NOT NULL CHECK (attempts >= 0),
  last_error   varchar(200) NOT NULL,
  due_at       timestamptz NOT NULL,
  created_at   timestamptz NOT NULL,
  sent_at      timestamptz,
  PRIMARY KEY (company_id, id),
  -- Texts name people: they are kept no longer than they are needed.
  CHECK (state = 'queued' OR (subject = '' AND body = ''))
);
CREATE INDEX outgoing_mail_due ON mail_outgoing_mail (due_at) WHERE state = 'queued';
CALL cortex_scope_by_company('mail_outgoing_mail');
CALL cortex_refuse_truncate('mail_outgoing_mail');
GRANT SELECT, INSERT, UPDATE ON mail_outgoing_mail TO cortex_app;
GRANT SELECT ON mail_outgoing_mail TO cortex_service;
