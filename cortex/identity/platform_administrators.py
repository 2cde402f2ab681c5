# SPDX-License-Identifier: Apache-2.0
"""Those who administer the platform itself: letters to all of them, and the last who must stay."""

from uuid import UUID

from cortex.database.transactions import transactional
from cortex.errors import Conflict
from cortex.identity.memberships import Recipient
from cortex.identity.models import User
from cortex.identity.users import platform_administrators


class PlatformAdministratorMustRemain(Conflict):
    """The platform would be left without anybody who administers it."""

    code = "identity.platform_administrator_must_remain"


@transactional
def platform_administrators_with_mail() -> list[Recipient]:
    """Return the active platform administrators with an address, by name."""
    found = platform_administrators().filter(kind=User.Kind.PERSON).exclude(email="")
    return [Recipient(*row) for row in found.order_by("username").values_list("id", "email")]


def require_another_platform_administrator(*, user_id: UUID) -> None:
    """Refuse to lose the last platform administrator; call it inside the transaction.

    Raises: PlatformAdministratorMustRemain.
    """
    # The rows are locked, so that two of them cannot take each other away at once.
    active = set(
        platform_administrators().select_for_update(no_key=True).order_by("id").values_list("id", flat=True)
    )
    if active == {user_id}:
        raise PlatformAdministratorMustRemain(
            "Platform administrator: expected another active one to be left, got none. Give somebody "
            "else the role first.",
            evidence={"object": "platform administrator", "remedy": "give somebody else the role first"},
        )
