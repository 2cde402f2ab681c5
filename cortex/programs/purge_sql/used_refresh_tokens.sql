-- SPDX-License-Identifier: Apache-2.0
WITH picked AS (
  SELECT id, revoked AS mark
    FROM oauth2_provider_refreshtoken
   WHERE (revoked, id) > (%(mark)s::timestamptz, %(last)s::bigint) AND revoked <= %(before)s
   ORDER BY revoked, id
   LIMIT %(batch)s
     FOR UPDATE SKIP LOCKED
), let_go AS (
  UPDATE oauth2_provider_accesstoken SET source_refresh_token_id = NULL
   WHERE source_refresh_token_id IN (SELECT id FROM picked)
), gone AS (
  DELETE FROM oauth2_provider_refreshtoken WHERE id IN (SELECT id FROM picked)
)
SELECT count(*), max(mark), (array_agg(id ORDER BY mark DESC, id DESC))[1] FROM picked
