# SPDX-License-Identifier: Apache-2.0
"""The Celery task of mail."""

import structlog
from celery import shared_task

from cortex.database.transactions import DatabaseMustBeReachable
from cortex.mail.sending import send_due as send_what_is_due
from cortex.mail.sending_letters import send_due_letters
from cortex.ports.asking import asks_nothing

_log = structlog.get_logger(__name__)


@shared_task(name="cortex.mail.send_due", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it brings what was decided and queued before")
def send_due() -> None:
    """Send what is due; what is left waits for the schedule."""
    try:
        send_what_is_due()
        send_due_letters()
    except DatabaseMustBeReachable as error:
        _log.warning("mail_stopped", reason=error.message)
