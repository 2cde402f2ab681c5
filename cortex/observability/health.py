# SPDX-License-Identifier: Apache-2.0
"""What probes ask: does it live, may it get traffic, has it finished starting."""

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connection, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from health_check.base import HealthCheck
from health_check.checks import Cache, Database
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from cortex.database.missing_migrations import missing_migrations
from cortex.database.transactions import DatabaseMustBeReachable
from cortex.observability.backups import backups_are_well
from cortex.observability.books_state import books_are_reconciled
from cortex.observability.certificates import certificate_is_young
from cortex.observability.log_custody import logs_are_in_custody
from cortex.observability.log_lag import log_keeps_up
from cortex.observability.log_mirror import log_is_mirrored
from cortex.observability.standbys import standbys_are_awaited
from cortex.policy.active import policies_fit
from cortex.ports import registry
from cortex.ports.keepers import KeepersHealth

_SEVERITY = ("ok", "degraded", "unavailable")


@dataclasses.dataclass
class Migrations(HealthCheck):  # type: ignore[misc] # the library has no types
    """Says whether the schema is the one that this release expects."""

    def run(self) -> None:
        """Raise ServiceUnavailable while migrations are missing."""
        try:
            missing = missing_migrations()
        except DatabaseError as error:
            raise ServiceUnavailable("the database does not answer") from error
        finally:
            connection.close()
        if missing:
            raise ServiceUnavailable(f"{len(missing)} migrations are not applied")


class ProbeView(HealthCheckView):  # type: ignore[misc] # the library has no types
    """Answers 200 or 503, with one word per part and nothing about the machine."""

    tells_keepers = False

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Run the checks at the same time and tell what each says."""
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        parts = {
            type(result.check).__name__.lower(): "unavailable" if result.error else "ok" for result in results
        }
        parts |= await asyncio.to_thread(self.degraded_parts) if self.tells_keepers else {}
        worst = max(parts.values(), key=_SEVERITY.index, default="ok")
        status = HTTPStatus.SERVICE_UNAVAILABLE if worst == "unavailable" else HTTPStatus.OK
        return JsonResponse({"status": worst, "parts": parts}, status=status)

    def degraded_parts(self) -> dict[str, str]:
        """Ask what the program serves on without: keepers of secrets, and what somebody must look at."""
        try:
            found: dict[str, bool | None] = {
                **registry.get(KeepersHealth).parts(),
                "policies": policies_fit(),
            }
            found |= {name: _told(ask) for name, ask in WATCHED.items()}
        finally:
            # This thread ends, and its connections with it.
            connections.close_all()
        told = {name: is_well for name, is_well in found.items() if is_well is not None}
        return {name: "ok" if is_well else "degraded" for name, is_well in told.items()}


# Each answers None where there is nothing to tell. Work goes on while they are not well; but
WATCHED: Mapping[str, Callable[[], bool | None]] = {
    # what is in no signed tree could be lost without anybody outside noticing,
    "log": log_keeps_up,
    # a row may not be what was posted, or a leaf not what was signed,
    "books": books_are_reconciled,
    # what is not in the mirror could be changed by whoever has the database,
    "mirror": log_is_mirrored,
    # so could what processes say,
    "custody": logs_are_in_custody,
    # a failover to a standby that nothing waits for takes back what was signed,
    "standbys": standbys_are_awaited,
    # the next disk could take what is in no backup,
    "backups": backups_are_well,
    # and a certificate that nobody renews ends.
    "certificate": certificate_is_young,
}


def _told(ask: Callable[[], bool | None]) -> bool | None:
    try:
        return ask()
    except DatabaseMustBeReachable:
        # The part that is the database tells so.
        return None


# A process that answers at all lives: asking the database here would restart every process when it is down.
live = ProbeView.as_view(checks=[])
ready = ProbeView.as_view(checks=[Database, Cache], tells_keepers=True)
startup = ProbeView.as_view(checks=[Migrations])
