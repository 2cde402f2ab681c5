# SPDX-License-Identifier: Apache-2.0
"""Enable or disable a client. It takes effect with the next request, also for tokens that it has."""

from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.programs.actions import SWITCH
from cortex.programs.asking import require
from cortex.programs.clients.found import client_named
from cortex.programs.clients.told_companies import log_and_tell
from cortex.programs.log import client_digest, log_client
from cortex.programs.models import Program


@transactional
def switch_client(*, client_id: str, is_enabled: bool, switched_by: Principal) -> None:
    """Serve the client, or serve it no more; raises ClientMustExist, VaultMustBeReachable."""
    require(principal=switched_by, action=SWITCH)
    program: Program = client_named(client_id=client_id, is_locked=True).program
    if program.is_enabled == is_enabled:
        return
    before = client_digest(program)
    program.is_enabled = is_enabled
    program.save(update_fields=["is_enabled"])
    if is_enabled:
        log_and_tell(
            "programs.client.enabled",
            program=program,
            before=before,
            done="A client is served again",
            by=switched_by,
        )
    else:
        # Nobody needs to object to less, and no vault that is away keeps a client on.
        log_client("programs.client.disabled", program=program, before=before, by=switched_by)
