-- SPDX-License-Identifier: Apache-2.0
WITH picked AS (
  SELECT id, expires AS mark
    FROM oauth2_provider_devicegrant
   WHERE (expires, id) > (%(mark)s::timestamptz, %(last)s::bigint) AND expires <= %(before)s
   ORDER BY expires, id
   LIMIT %(batch)s
     FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM oauth2_provider_devicegrant WHERE id IN (SELECT id FROM picked)
)
SELECT count(*), max(mark), (array_agg(id ORDER BY mark DESC, id DESC))[1] FROM picked
