-- SPDX-License-Identifier: Apache-2.0

-- That the rules on how long data is kept were applied, also where nothing was due: for the platform as a whole.
CREATE TABLE audit_retention_night (
  id             uuid PRIMARY KEY,
  ran_at         timestamptz NOT NULL,
  version_number integer NOT NULL CHECK (version_number >= 0),
  -- Companies that there were, of which some are only read, and companies or kinds of data in which it failed.
  company_count  integer NOT NULL CHECK (company_count >= 0),
  refused_count  integer NOT NULL CHECK (refused_count >= 0),
  failed_count   integer NOT NULL CHECK (failed_count >= 0),
  done_count     bigint NOT NULL CHECK (done_count >= 0),
  held_count     bigint NOT NULL CHECK (held_count >= 0),
  left_count     bigint NOT NULL CHECK (left_count >= 0),
  -- Kind of data to done, held and left, over all companies.
  counts         jsonb NOT NULL CHECK (jsonb_typeof(counts) = 'object')
);
CALL cortex_make_append_only('audit_retention_night');
GRANT SELECT, INSERT ON audit_retention_night TO cortex_app;
GRANT SELECT ON audit_retention_night TO cortex_service;

-- The night deletes old decisions now, and counts them: an entry of the schedule would call a task that is gone.
DELETE FROM django_celery_beat_periodictask WHERE name = 'forget-old-decisions';
