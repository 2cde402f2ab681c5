-- SPDX-License-Identifier: Apache-2.0
-- What a family still has of refresh tokens goes with it: none of them has counted for weeks.
WITH picked AS (
  SELECT id, granted_at AS mark
    FROM programs_authorization
   WHERE (granted_at, id) > (%(mark)s::timestamptz, %(last)s::uuid) AND granted_at <= %(before)s
   ORDER BY granted_at, id
   LIMIT %(batch)s
     FOR UPDATE SKIP LOCKED
), family AS (
  DELETE FROM oauth2_provider_refreshtoken WHERE token_family IN (SELECT id FROM picked) RETURNING id
), let_go AS (
  UPDATE oauth2_provider_accesstoken SET source_refresh_token_id = NULL
   WHERE source_refresh_token_id IN (SELECT id FROM family)
), gone AS (
  DELETE FROM programs_authorization WHERE id IN (SELECT id FROM picked)
)
SELECT count(*), max(mark), (array_agg(id ORDER BY mark DESC, id DESC))[1] FROM picked
