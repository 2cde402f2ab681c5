# SPDX-License-Identifier: Apache-2.0
"""Names for people to read in place of the opaque actors of the audit log."""

from collections.abc import Iterable
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.models import User

_USER = "user:"


@transactional
def names_of_actors(*, urns: Iterable[str]) -> dict[str, str]:
    """Return a name for each actor such as `user:0193…`; who is unknown or erased keeps the opaque one."""
    wanted = set(urns)
    ids = {UUID(urn.removeprefix(_USER)) for urn in wanted if urn.startswith(_USER)}
    people = {f"{_USER}{user.id}": user.get_full_name() for user in User.objects.filter(id__in=ids)}
    return {urn: people.get(urn, _words(urn)) for urn in wanted}


def _words(urn: str) -> str:
    """Write an actor that is no known person: `service:console` as `console (service)`."""
    kind, _, name = urn.partition(":")
    return urn if kind == "user" else f"{name} ({kind})"
