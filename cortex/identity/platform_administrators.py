# SPDX-License-Identifier: Apache-2.0
"""Those who administer the platform itself, for letters to all of them."""

from cortex.database.transactions import transactional
from cortex.identity.memberships import Recipient
from cortex.identity.models import User
from cortex.identity.users import platform_administrators


@transactional
def platform_administrators_with_mail() -> list[Recipient]:
    """Return the active platform administrators with an address, by name."""
    found = platform_administrators().filter(kind=User.Kind.PERSON).exclude(email="")
    return [Recipient(*row) for row in found.order_by("username").values_list("id", "email")]
