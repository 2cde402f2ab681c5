# SPDX-License-Identifier: Apache-2.0
"""What probes ask: does it live, may it get traffic, has it finished starting."""

import asyncio
import dataclasses
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from health_check.base import HealthCheck
from health_check.checks import Cache, Database
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from cortex.observability.backups import backups_are_young
from cortex.observability.books_state import books_are_reconciled
from cortex.observability.certificates import certificate_is_due
from cortex.observability.log_custody import logs_are_in_custody
from cortex.observability.log_lag import log_keeps_up
from cortex.observability.log_mirror import log_is_mirrored
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
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as error:
            raise ServiceUnavailable("the database does not answer") from error
        finally:
            connection.close()
        if plan:
            raise ServiceUnavailable(f"{len(plan)} migrations are not applied")


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
        """Ask the keepers of secrets: without them the program serves on with what it has."""
        keepers = registry.get(KeepersHealth).parts()
        told = {name: "ok" if answers else "degraded" for name, answers in keepers.items()}
        told["policies"] = "ok" if _policies_fit() else "degraded"
        keeps_up = log_keeps_up()
        if keeps_up is not None:
            # Work goes on; but what is in no signed tree could be lost without anybody outside noticing.
            told["log"] = "ok" if keeps_up else "degraded"
        reconciled = books_are_reconciled()
        if reconciled is not None:
            # Late by hours, or a row that is not what was posted: somebody must look, and work goes on.
            told["books"] = "ok" if reconciled else "degraded"
        mirrored = log_is_mirrored()
        if mirrored is not None:
            # The log goes on; what is not in the mirror could be changed by whoever has the database.
            told["mirror"] = "ok" if mirrored else "degraded"
        in_custody = logs_are_in_custody()
        if in_custody is not None:
            # What processes say can be changed unnoticed until somebody looks after it again.
            told["custody"] = "ok" if in_custody else "degraded"
        young = backups_are_young()
        if young is not None:
            # Nothing is lost yet; the next disk could take it.
            told["backups"] = "ok" if young else "degraded"
        if settings.TLS_FILES is not None:
            # Somebody must renew it, and until then the process serves.
            told["certificate"] = "degraded" if certificate_is_due() else "ok"
        return told


def _policies_fit() -> bool:
    """Ask on a connection of this thread's own."""
    try:
        return policies_fit()
    finally:
        connection.close()


# A process that answers at all lives: asking the database here would restart every process when it is down.
live = ProbeView.as_view(checks=[])
ready = ProbeView.as_view(checks=[Database, Cache], tells_keepers=True)
startup = ProbeView.as_view(checks=[Migrations])
