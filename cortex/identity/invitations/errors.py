# SPDX-License-Identifier: Apache-2.0
"""Why an invitation is not made, found or accepted."""

from cortex.errors import CortexError, NotFound


class InvitationMustBeOpen(CortexError):
    """The link was used, withdrawn, is too old, or never existed; which of them is not told."""

    code = "identity.invitation_must_be_open"
    status = 403


class InvitationMustExist(NotFound):
    """The company has no such invitation that is still open."""

    code = "identity.invitation_must_exist"


class InvitationMustBeWellFormed(CortexError):
    """The address is none, or too many invitations are open."""

    code = "identity.invitation_must_be_well_formed"


def invitation_must_be_open() -> InvitationMustBeOpen:
    """Return the refusal of a link, the same whatever became of it."""
    return InvitationMustBeOpen(
        "Invitation: expected one that is open, got none. Ask whoever invited you for a new one.",
        evidence={"object": "invitation", "remedy": "ask for a new one"},
    )
