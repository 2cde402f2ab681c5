# SPDX-License-Identifier: Apache-2.0
"""A task that is careless with a secret of the vault in every way that a task can be."""

import logging

from celery import shared_task

from cortex.ports.registry import get
from cortex.ports.vault import Vault


@shared_task(name="testing.careless", ignore_result=True)
def careless() -> None:
    """Log the secret and fail with it."""
    secret = get(Vault).read_secret(name="CANARY")
    assert secret is not None
    revealed = secret.reveal()
    logging.getLogger("careless").error("connecting with %s", revealed, extra={"password": revealed})
    raise RuntimeError(f"login failed for {revealed}")
