# SPDX-License-Identifier: Apache-2.0
"""Names under which policies know the log."""

READ = "audit.log.read"
READ_BUNDLES = "audit.log.read_bundles"
EXPORT = "audit.evidence.export"
ENTRY = "Audit::Entry"
