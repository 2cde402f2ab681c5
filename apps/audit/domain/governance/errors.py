# SPDX-License-Identifier: Apache-2.0
"""What stands in the way of rules."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class GovernanceMustBeWellFormed(Malformed):
    """A text cannot be read as rules."""

    code = "audit.governance_must_be_well_formed"


class GovernanceMustBeSound(CortexError):
    """Rules contradict what the program keeps, seals or asks."""

    code = "audit.governance_must_be_sound"


class GovernanceVersionMustExist(NotFound):
    """No version of the rules has this number."""

    code = "audit.governance_version_must_exist"


class GovernanceMustChange(Conflict):
    """The version is in force already."""

    code = "audit.governance_must_change"


class GovernanceMustBeAsProposed(Conflict):
    """The rules behind a number became others while the proposal waited."""

    code = "audit.governance_must_be_as_proposed"


class RetentionMustBeApplied(CortexError):
    """A night's deletions failed in some companies."""

    code = "audit.retention_must_be_applied"
    status = 500
