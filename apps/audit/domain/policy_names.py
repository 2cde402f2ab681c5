# SPDX-License-Identifier: Apache-2.0
"""Names under which policies know the log."""

from cortex.ports.audit_log import READ_LOG

READ = READ_LOG
READ_BUNDLES = "audit.log.read_bundles"
EXPORT = "audit.evidence.export"
ENTRY = "Audit::Entry"
