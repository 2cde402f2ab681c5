# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of tokens and of the key that signs them."""

import structlog
from celery import shared_task

from cortex.errors import CortexError
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import PURGE_TOKENS, ROTATE_KEY
from cortex.programs.keys.rotate_key import rotate_if_due
from cortex.programs.purge import purge

SCHEDULER = Principal.service("scheduler")
log = structlog.get_logger(__name__)


@shared_task(name="cortex.programs.purge_tokens", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(PURGE_TOKENS)
def purge_tokens() -> None:
    """Delete tokens and codes that are over; a run that is cut off is finished by the next."""
    deleted = purge(at=get(Clock).now(), purged_by=SCHEDULER, told=_tell)
    log.info("tokens_purged", **{name.replace(" ", "_").lower(): rows for name, rows in deleted.items()})


@shared_task(name="cortex.programs.rotate_key_if_due", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(ROTATE_KEY)
def rotate_key_if_due() -> None:
    """Rotate the key that signs tokens after three months; where only an operator can, say so in the log."""
    try:
        kid = rotate_if_due(rotated_by=SCHEDULER)
    except CortexError as error:
        # A vault whose policy leaves rotation to operators, or keys that follow from SECRET_KEY.
        log.warning("signing_key_is_due", code=error.code, reason=error.message)
        return
    if kid is not None:
        log.info("signing_key_rotated", kid=kid)


def _tell(name: str, deleted: int) -> None:
    log.debug("tokens_purged_so_far", rows=name, deleted=deleted)
