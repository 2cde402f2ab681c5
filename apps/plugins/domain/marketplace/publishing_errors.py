# SPDX-License-Identifier: Apache-2.0
"""Refusals of the marketplace."""

from cortex.errors import CortexError, Malformed, NotFound


class NamespaceMustBeFree(CortexError):
    """A namespace, one around or below it, or one that looks like it belongs to another publisher."""

    code = "plugins.namespace_must_be_free"
    status = 409


class NamespaceMustBeWellFormed(Malformed):
    """A namespace is no domain, reversed."""

    code = "plugins.namespace_must_be_well_formed"


class PublisherMustBeWellFormed(Malformed):
    """A publisher's name or contact is not what people can read or reach."""

    code = "plugins.publisher_must_be_well_formed"


class PublisherMustExist(NotFound):
    """There is no such publisher, or it is another's."""

    code = "plugins.publisher_must_exist"


class PublisherMustBeConfirmed(CortexError):
    """Nobody has looked yet whether the namespace is this publisher's domain."""

    code = "plugins.publisher_must_be_confirmed"
    status = 409


class PublisherKeyMustBeKnown(NotFound):
    """The publisher has no such key."""

    code = "plugins.publisher_key_must_be_known"


class PublisherKeyMustBeProved(CortexError):
    """A key has not signed its challenge, was revoked, or is another publisher's."""

    code = "plugins.publisher_key_must_be_proved"
    status = 403


class SourceArchiveMustBeCanonical(Malformed):
    """A file is no archive of sources in its only form."""

    code = "plugins.source_archive_must_be_canonical"


class SubmissionMustBeSigned(CortexError):
    """A statement is not about this archive, or nobody signed it who counts."""

    code = "plugins.submission_must_be_signed"
    status = 403


class SubmissionMustBeNew(CortexError):
    """The same statement, the same version, or an older one was sent in before."""

    code = "plugins.submission_must_be_new"
    status = 409


class SubmissionMustExist(NotFound):
    """There is no such submission, or it is another's."""

    code = "plugins.submission_must_exist"


class SubmissionMustComeSoFar(CortexError):
    """A submission is not where this step begins."""

    code = "plugins.submission_must_come_so_far"
    status = 409


class SubmissionsMustBeFew(CortexError):
    """A publisher has as many open submissions as one may have."""

    code = "plugins.submissions_must_be_few"
    status = 429


class ChecklistMustBeComplete(CortexError):
    """A point of the checklist is neither ticked nor reasoned."""

    code = "plugins.checklist_must_be_complete"
    status = 409


class AnotherPersonMustDecide(CortexError):
    """Whoever sent in, approved or released would do a second step of the same version."""

    code = "plugins.another_person_must_decide"
    status = 403


class ReviewLost(Exception):
    """Another worker took the review over; nothing of this run counts."""


class ReleaseMustExist(NotFound):
    """There is no such released version."""

    code = "plugins.release_must_exist"


class ReleaseMustStand(CortexError):
    """A release was withdrawn before."""

    code = "plugins.release_must_stand"
    status = 409


class ReportMustBeWellFormed(Malformed):
    """A problem report says nothing that can be read."""

    code = "plugins.report_must_be_well_formed"


class ReportsMustBeFew(CortexError):
    """One person reports more problems in a day than one may."""

    code = "plugins.reports_must_be_few"
    status = 429


class ReportMustExist(NotFound):
    """There is no such report."""

    code = "plugins.report_must_exist"
