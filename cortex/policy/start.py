# SPDX-License-Identifier: Apache-2.0
"""What is said of the policies when a process starts, and after each `migrate`."""

import structlog
from django.db import DatabaseError, InterfaceError

from cortex.boot.lifecycle import SERVING, hook
from cortex.boot.lifecycle.process import this_process
from cortex.database.session import BRIEF_WAITS, session_settings
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.policy.active import active_engine
from cortex.policy.left_out import REMEDY, actions_left_out
from cortex.policy.record_packaged_text import record_packaged_text, record_unknown_text
from cortex.ports.principal import Principal

_log = structlog.get_logger(__name__)


@hook("on_ready", name="policies", processes=SERVING, timeout_seconds=30)
def look_at_policies() -> None:
    """Record what this process brings along where nobody did, and tell what the version in force leaves out.

    A database that is away stops no process, and neither does one where somebody holds what this waits for,
    such as a migration the log: readiness says `degraded` until the text is recorded.
    """
    try:
        with session_settings(BRIEF_WAITS):
            record_unknown_text(recorded_by=Principal.service(this_process()))
            transactional(warn_of_actions_left_out)()
    except (DatabaseError, InterfaceError, CortexError) as error:
        _log.warning(
            "packaged_policies_not_recorded", reason=type(error).__name__, remedy="run `cortex migrate`"
        )


def note_release() -> None:
    """Record what this release brings along, as whoever migrates."""
    record_packaged_text(recorded_by=Principal.service("console"))
    warn_of_actions_left_out()


def warn_of_actions_left_out() -> None:
    """Tell the log which actions of this release the version in force does not know."""
    engine = active_engine()
    left_out = actions_left_out(engine)
    if left_out:
        _log.warning(
            "policies_leave_actions_out", version=engine.version, actions=list(left_out), remedy=REMEDY
        )
