# SPDX-License-Identifier: Apache-2.0
"""Verbs of clients as doors call them: what needs a second person is proposed.

Making one and rotating its secret answer with the secret, for whoever asks alone: they cannot wait.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.ports.waiting_verbs import lets_wait
from cortex.programs.actions import CHANGE, SWITCH
from cortex.programs.clients.change_client import change_client
from cortex.programs.clients.found import client_named
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.log import CLIENT


def _program_id(given: Mapping[str, Any]) -> UUID:
    """Return the id under which the log knows the client."""
    found: UUID = client_named(client_id=given["client_id"]).program.id
    return found


change_or_wait = lets_wait(
    CHANGE,
    title="Change the terms of a client",
    action=CHANGE,
    by="changed_by",
    about=(CLIENT, "client_id"),
    find=_program_id,
)(change_client)
switch_or_wait = lets_wait(
    SWITCH,
    title="Switch a client",
    action=SWITCH,
    by="switched_by",
    about=(CLIENT, "client_id"),
    find=_program_id,
)(switch_client)
