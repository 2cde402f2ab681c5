-- SPDX-License-Identifier: Apache-2.0

-- An endpoint that is removed stays as a row: its deliveries and attempts are a log.
ALTER TABLE events_webhook_endpoint ADD COLUMN removed_at timestamptz,
  ADD CONSTRAINT webhook_endpoint_removed_is_inactive CHECK (removed_at IS NULL OR NOT is_active);
-- The log of deliveries is read newest first, of one endpoint or of all.
CREATE INDEX webhook_delivery_endpoint ON events_webhook_delivery (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_delivery_created ON events_webhook_delivery (created_at DESC, id DESC);
CREATE INDEX held_delivery_position ON events_held_delivery (position);
