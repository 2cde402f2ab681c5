-- SPDX-License-Identifier: Apache-2.0

-- Addresses for which a new password was asked for, whosever they are: the worker looks, so that the answer to
-- whoever asks is the same work for each. A row lives until then, at most for as long as a link would count.
CREATE TABLE identity_asked_reset (
  id       uuid PRIMARY KEY,
  email    varchar(254) NOT NULL,
  asked_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE, UPDATE ON identity_asked_reset TO cortex_app;
