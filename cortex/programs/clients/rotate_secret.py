# SPDX-License-Identifier: Apache-2.0
"""Give a client a new secret; the one before works until the program has learned the new one."""

from datetime import timedelta

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import ROTATE_SECRET
from cortex.programs.asking import require
from cortex.programs.clients.found import client_named
from cortex.programs.clients.told_companies import log_and_tell
from cortex.programs.errors import ClientMustBeWellFormed, ClientMustHaveASecret
from cortex.programs.log import client_digest
from cortex.programs.models import Program
from cortex.programs.tokens.random_values import random_token

OVERLAP, OVERLAP_MAX = timedelta(days=1), timedelta(days=30)


@transactional
def rotate_secret(*, client_id: str, rotated_by: Principal, overlap: timedelta = OVERLAP) -> str:
    """Return the new secret, which is stored as a hash; no overlap ends the one before at once.

    Raises: ClientMustExist, ClientMustHaveASecret, ClientMustBeWellFormed, VaultMustBeReachable.
    """
    require(principal=rotated_by, action=ROTATE_SECRET)
    application = client_named(client_id=client_id, is_locked=True)
    if application.client_type != application.CLIENT_CONFIDENTIAL:
        raise ClientMustHaveASecret(
            f"Client {client_id}: expected a confidential client, got a public one, which keeps no secret.",
            evidence={"object": "client", "expected": "confidential", "got": application.client_type},
        )
    if not timedelta(0) <= overlap <= OVERLAP_MAX:
        raise ClientMustBeWellFormed(
            f"Client {client_id}: expected an overlap of at most {OVERLAP_MAX.days} days, got {overlap}.",
            evidence={"object": "overlap", "expected": OVERLAP_MAX.days, "unit": "days"},
        )
    secret = random_token()
    program: Program = application.program
    before = client_digest(program)
    program.previous_secret = application.client_secret if overlap else ""
    program.previous_secret_until = get(Clock).now() + overlap if overlap else None
    program.save(update_fields=["previous_secret", "previous_secret_until"])
    application.client_secret = secret
    application.save(update_fields=["client_secret", "updated"])
    log_and_tell(
        "programs.client.secret_rotated",
        program=program,
        before=before,
        done="A client has a new secret",
        by=rotated_by,
    )
    return secret
