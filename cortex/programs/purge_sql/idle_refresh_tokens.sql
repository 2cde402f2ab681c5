-- SPDX-License-Identifier: Apache-2.0
-- How long a refresh token lay unused is known by its access token. The position is the access token's.
WITH picked AS (
  SELECT token.id AS token_id, token.expires AS mark, held.id
    FROM oauth2_provider_accesstoken AS token
    JOIN oauth2_provider_refreshtoken AS held ON held.access_token_id = token.id
   WHERE (token.expires, token.id) > (%(mark)s::timestamptz, %(last)s::bigint) AND token.expires <= %(before)s
   ORDER BY token.expires, token.id
   LIMIT %(batch)s
     FOR UPDATE OF held SKIP LOCKED
), let_go AS (
  UPDATE oauth2_provider_accesstoken SET source_refresh_token_id = NULL
   WHERE source_refresh_token_id IN (SELECT id FROM picked)
), gone AS (
  DELETE FROM oauth2_provider_refreshtoken WHERE id IN (SELECT id FROM picked)
)
SELECT count(*), max(mark), (array_agg(token_id ORDER BY mark DESC, token_id DESC))[1] FROM picked
