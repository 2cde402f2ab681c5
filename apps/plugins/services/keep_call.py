# SPDX-License-Identifier: Apache-2.0
"""Keep what came of a call, count it, and put a plugin that fails again and again into quarantine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import structlog

from apps.plugins.adapters.runtime.measured import count
from apps.plugins.adapters.sandbox.call_component import Answered
from apps.plugins.domain.asked_call import FAULTS, AskedCall
from apps.plugins.domain.manifest import Manifest
from apps.plugins.models import Installation, PluginCall
from apps.plugins.services.quarantine_plugin import quarantine_where_it_fails
from cortex.confidential import masked
from cortex.database.transactions import after_transaction, transactional
from cortex.errors import CortexError
from cortex.tenancy import scope

MESSAGE_MAX, TRACE_MAX = 1_000, 6_000
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CallKept:
    """A call while it is not over; its texts lose every secret that this process knows."""

    row: PluginCall
    installation: Installation

    @classmethod
    def of(cls, installation: Installation, manifest: Manifest, asked: AskedCall, *, at: datetime) -> Self:
        """Return the row of a call that begins."""
        return cls(
            PluginCall(
                company_id=installation.company_id,
                installation_id=installation.id,
                plugin_id=manifest.id,
                version=str(manifest.version),
                handler=asked.handler,
                trigger=asked.trigger,
                trigger_id=asked.trigger_id,
                called_by=f"plugin:{manifest.id}:user:{asked.user_id}",
                started_at=at,
                memory_bytes=manifest.limits.memory_bytes,
                milliseconds=0,
                fuel=0,
                host_calls=0,
                lines=[],
            ),
            installation,
        )

    def answered(self, answered: Answered) -> None:
        """Note an answer, of a validator that refuses as well: it did what it is for."""
        self.row.fuel, self.row.host_calls = answered.fuel, answered.host_calls
        self.row.lines = _lines(answered.log)
        self.row.message = masked(answered.rejected)[:MESSAGE_MAX]

    def failed(self, error: CortexError) -> None:
        """Note how it failed; the log and the traceback go to the row, and no further."""
        evidence = error.evidence
        self.row.outcome, self.row.message = error.code, masked(error.message)[:MESSAGE_MAX]
        self.row.lines = _lines(evidence.pop("log", []))
        self.row.fuel, self.row.host_calls = evidence.pop("fuel", 0), evidence.pop("host_calls", 0)
        self.row.traceback = masked(str(evidence.pop("traceback", "")))[-TRACE_MAX:]


def keep_call(kept: CallKept, *, seconds: float) -> None:
    """Keep it when the transaction around it is over, whatever becomes of that: a refused posting, too."""
    row = kept.row
    row.milliseconds = int(seconds * 1000)
    count(plugin=row.plugin_id, trigger=row.trigger, outcome=row.outcome, seconds=seconds, fuel=row.fuel)

    def keep() -> None:
        # What is kept of a call is no reason for the work behind it to fail.
        try:
            with scope([row.company_id]):
                _keep(row)
                if row.outcome in FAULTS:
                    quarantine_where_it_fails(installation=kept.installation, outcome=row.outcome)
        except Exception as error:  # noqa: BLE001
            _log.error("plugin_call_not_kept", plugin=row.plugin_id, exc_info=error)

    after_transaction(keep)


@transactional
def _keep(row: PluginCall) -> None:
    row.save(force_insert=True)


def _lines(log: Any) -> list[list[str]]:
    return [[str(level), masked(str(text))] for level, text in log]
