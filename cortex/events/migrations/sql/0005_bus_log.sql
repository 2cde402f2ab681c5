-- SPDX-License-Identifier: Apache-2.0

-- The log of the bus that events were handed to last. A bus that shows another one, or none, has lost what
-- it held, and nothing is handed to it before the outbox has made up for that.
CREATE TABLE events_bus_log (
  place    smallint PRIMARY KEY DEFAULT 1 CHECK (place = 1),
  log_id   varchar(300) NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT, UPDATE ON events_bus_log TO cortex_service;
