-- SPDX-License-Identifier: Apache-2.0

-- Whether a leaf tells of the key: the first of one from before these leaves is written once its keeper has said
-- that the key is its own. Nothing is believed for this column's sake; a key without a leaf is found at night.
ALTER TABLE programs_signing_key ADD COLUMN is_told boolean NOT NULL DEFAULT false;
GRANT UPDATE (is_told) ON programs_signing_key TO cortex_app;
