# SPDX-License-Identifier: Apache-2.0
"""What stands in the way of privacy's verbs."""

from cortex.errors import Conflict, CortexError, NotFound


class TextMustBeIntact(CortexError):
    """A sealed text was changed, or moved to another leaf."""

    code = "audit.text_must_be_intact"
    status = 500


class SubjectMustNotBeHeld(Conflict):
    """A legal hold beats every erasure."""

    code = "audit.subject_must_not_be_held"


class SubjectMustBeKnown(NotFound):
    """Nothing is kept about this subject here, or nothing any more."""

    code = "audit.subject_must_be_known"


class SubjectKindMustBeKnown(CortexError):
    """No room keeps subjects of this kind."""

    code = "audit.subject_kind_must_be_known"


class SubjectMustFit(CortexError):
    """More is kept about the subject than one archive or one transaction takes."""

    code = "audit.subject_must_fit"
    status = 413


class ReasonMustBeGiven(CortexError):
    """Erasures and holds say why."""

    code = "audit.reason_must_be_given"


class HoldMustBeInForce(NotFound):
    """No hold of this id holds anything here."""

    code = "audit.hold_must_be_in_force"
