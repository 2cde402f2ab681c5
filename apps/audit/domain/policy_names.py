# SPDX-License-Identifier: Apache-2.0
"""Names under which policies know the log, and what is done with texts about people."""

from cortex.ports.audit_log import READ_LOG
from cortex.ports.subjects import ERASE_SUBJECT

READ = READ_LOG
READ_BUNDLES = "audit.log.read_bundles"
EXPORT = "audit.evidence.export"
ENTRY = "Audit::Entry"
SEAL_SEGMENT = "audit.log_segment.seal"
SEAL_DENIALS = "audit.denials.seal"
COMPARE_DENIALS = "audit.denials.compare"

ERASE = ERASE_SUBJECT
EXPORT_SUBJECT = "audit.subject.export"
READ_PRIVACY = "audit.subject.read"
PLACE_HOLD = "audit.hold.place"
LIFT_HOLD = "audit.hold.lift"
RENEW_KEYS = "audit.key.renew"
RENEW_KEYS_JOB = "audit.renew_keys"

READ_GOVERNANCE = "audit.governance.read"
WRITE_GOVERNANCE = "audit.governance.write"
ACTIVATE_GOVERNANCE = "audit.governance.activate"
CHECK_GOVERNANCE = "audit.governance.check"
APPLY_RETENTION = "audit.retention.apply"
CLOSE_NIGHT = "audit.retention.close_night"
