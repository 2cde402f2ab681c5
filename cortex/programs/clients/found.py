# SPDX-License-Identifier: Apache-2.0
"""Find a client with its terms."""

from typing import Any

from oauth2_provider.models import get_application_model

from cortex.programs.errors import ClientMustExist


def client_named(*, client_id: str, is_locked: bool = False) -> Any:
    """Return the client with its terms and its user, locked for a verb that changes it.

    Raises: ClientMustExist.
    """
    clients = get_application_model().objects.select_related("program", "user")
    if is_locked:
        # Both: what is read of a row that is not locked may be what it was before the wait.
        clients = clients.select_for_update(of=("self", "program"))
    found = clients.filter(client_id=client_id, program__isnull=False).first()
    if found is None:
        raise ClientMustExist(
            f"Client {client_id[:100]}: expected a client of this id, got none. "
            "Create it with `create_client`.",
            evidence={"object": "client", "got": client_id[:100], "remedy": "create the client"},
        )
    return found
