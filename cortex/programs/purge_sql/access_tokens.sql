-- SPDX-License-Identifier: Apache-2.0
-- Those that a refresh token hangs on stay with it: it knows by them how long it has been idle.
WITH picked AS (
  SELECT token.id, token.expires AS mark
    FROM oauth2_provider_accesstoken AS token
   WHERE (token.expires, token.id) > (%(mark)s::timestamptz, %(last)s::bigint) AND token.expires <= %(before)s
     AND NOT EXISTS (SELECT FROM oauth2_provider_refreshtoken AS held WHERE held.access_token_id = token.id)
   ORDER BY token.expires, token.id
   LIMIT %(batch)s
     FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM oauth2_provider_accesstoken WHERE id IN (SELECT id FROM picked)
)
SELECT count(*), max(mark), (array_agg(id ORDER BY mark DESC, id DESC))[1] FROM picked
