# SPDX-License-Identifier: Apache-2.0
"""Tell people by mail what was changed about their account, so that they notice when it was not them."""

from cortex.identity.models import User

NOTICES = {
    "password_changed": "Your password was changed",
    "passkey_added": "A passkey was added",
    "app_added": "A one-time password app was added",
    "recovery_codes_renewed": "New recovery codes were made",
    "factor_removed": "A second factor was removed",
}


def tell(*, user: User, topic: str) -> None:
    """Queue the notice."""
