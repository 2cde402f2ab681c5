# SPDX-License-Identifier: Apache-2.0
"""Why emergency access refuses."""

from cortex.errors import Conflict, CortexError, NotFound


class EmergencyAccessMustExist(NotFound):
    """No such access was opened in this company."""

    code = "break_glass.access_must_exist"


class EmergencyAccessMustBeOpen(Conflict):
    """What is over can neither be ended nor lengthened."""

    code = "break_glass.access_must_be_open"


class EmergencyAccessMustBeTheOnlyOne(Conflict):
    """The person has emergency access to this company already."""

    code = "break_glass.access_must_be_the_only_one"


class EmergencyAccessMustBeWellFormed(CortexError):
    """A reason, a duration or a comment does not meet the rules."""

    code = "break_glass.access_must_be_well_formed"


class EmergencyAccessMustWaitForReview(Conflict):
    """Only what is over is reviewed, and only once."""

    code = "break_glass.access_must_wait_for_review"


class HolderMustBeAPerson(CortexError):
    """Programs and services of our own have no emergencies."""

    code = "break_glass.holder_must_be_a_person"
    status = 403
