# SPDX-License-Identifier: Apache-2.0
"""Names for people to read in place of the opaque actors of the audit log."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ports.principal import person_behind, plugin_behind, program_behind

_USER = "user:"


@transactional
def names_of_actors(*, urns: Iterable[str]) -> dict[str, str]:
    """Return a name for each actor such as `user:0193…`; who is unknown or erased keeps the opaque one."""
    wanted = set(urns)
    ids = {UUID(person) for urn in wanted if (person := person_behind(urn)) is not None}
    people = {str(user.id): user.get_full_name() for user in User.objects.filter(id__in=ids)}
    return {urn: _words(urn, people) for urn in wanted}


def _words(urn: str, people: Mapping[str, str]) -> str:
    """Write an actor: `service:console` as `console (service)`, a person behind a program with both names."""
    kind, _, name = urn.partition(":")
    person = person_behind(urn)
    if person is None:
        return f"{name} ({kind})"
    known, program = people.get(person, f"{_USER}{person}"), program_behind(urn) or plugin_behind(urn)
    return known if program is None else f"{known} through {program} ({kind})"
