-- SPDX-License-Identifier: Apache-2.0

-- The bytes that the leaf of an exception fixes, with the instant at which it was agreed to.
ALTER TABLE audit_control_exception ADD COLUMN document bytea CHECK (octet_length(document) BETWEEN 2 AND 65535);
