# SPDX-License-Identifier: Apache-2.0
"""Why an access review refuses."""

from cortex.errors import Conflict, CortexError, NotFound


class ReviewMustExist(NotFound):
    """No such campaign in this company."""

    code = "access_reviews.review_must_exist"


class ReviewMustBeOpen(Conflict):
    """A campaign that was signed or cancelled is evidence and stays as it is."""

    code = "access_reviews.review_must_be_open"


class ReviewMustBeTheOnlyOne(Conflict):
    """A campaign of this company is open already."""

    code = "access_reviews.review_must_be_the_only_one"


class ReviewMustBeWellFormed(CortexError):
    """A due date, a reason or an answer does not meet the rules."""

    code = "access_reviews.review_must_be_well_formed"


class AnswerMustComeFromAnother(CortexError):
    """Nobody answers for his own membership."""

    code = "access_reviews.answer_must_come_from_another"
    status = 403


class MembershipMustBeAsSeen(Conflict):
    """A membership changed after the reviewer saw it; it is shown anew and asked again."""

    code = "access_reviews.membership_must_be_as_seen"


class EveryMembershipMustBeAnswered(Conflict):
    """A campaign with open questions cannot be signed."""

    code = "access_reviews.every_membership_must_be_answered"


class ResultMustBeTheSignedOne(CortexError):
    """A result is not what was signed, or no key of ours signed it."""

    code = "access_reviews.result_must_be_the_signed_one"


class ResultMustBeReadable(CortexError):
    """A file is no result of an access review."""

    code = "access_reviews.result_must_be_readable"
