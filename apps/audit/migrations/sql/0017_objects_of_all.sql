-- SPDX-License-Identifier: Apache-2.0

-- What was done to one object, in the log of whichever company: the trail beside people and rows of the platform.
CREATE INDEX audit_entry_object_of_all ON audit_entry (object_id, recorded_at DESC, id DESC);
