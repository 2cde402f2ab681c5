-- SPDX-License-Identifier: Apache-2.0
-- Jobs that programs asked for before 0002 say nothing of a person behind them, and nothing is done by a guess.
ALTER TABLE jobs_job ADD COLUMN owner_is_known boolean NOT NULL DEFAULT true;
-- The owner of the table is to see the jobs of all companies.
ALTER TABLE jobs_job NO FORCE ROW LEVEL SECURITY;
UPDATE jobs_job SET owner_is_known = false
 WHERE owner_kind = 'client' AND state IN ('queued', 'running')
   AND created_at < (SELECT min(applied) FROM django_migrations WHERE app = 'jobs' AND name = '0002_owners');
ALTER TABLE jobs_job FORCE ROW LEVEL SECURITY;
