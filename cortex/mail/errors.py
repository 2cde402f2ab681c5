# SPDX-License-Identifier: Apache-2.0
"""Why a message did not go out."""

from cortex.errors import CortexError


class MailMustBeWellFormed(CortexError):
    """A subject, an address or a body holds what a header or a mail server must not get."""

    code = "mail.mail_must_be_well_formed"


class MailMustBeAccepted(CortexError):
    """The server refused this message for good; trying again is of no use."""

    code = "mail.mail_must_be_accepted"


class MailMustBeReachable(CortexError):
    """The server did not take the message over, or nobody knows whether it did; it is sent again."""

    code = "mail.mail_must_be_reachable"
    status = 503


class MailMustWaitForTheCommit(CortexError):
    """Mail cannot be taken back: what is told must be committed first."""

    code = "mail.mail_must_wait_for_the_commit"
    status = 500
