# SPDX-License-Identifier: Apache-2.0
"""What probes ask: does it live, may it get traffic, has it finished starting."""

import asyncio
import dataclasses
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from health_check.base import HealthCheck
from health_check.checks import Cache, Database
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView


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

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Run the checks at the same time and tell what each says."""
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        parts = {
            type(result.check).__name__.lower(): "unavailable" if result.error else "ok" for result in results
        }
        is_ok = "unavailable" not in parts.values()
        status = HTTPStatus.OK if is_ok else HTTPStatus.SERVICE_UNAVAILABLE
        return JsonResponse({"status": "ok" if is_ok else "unavailable", "parts": parts}, status=status)


# A process that answers at all lives: asking the database here would restart every process when it is down.
live = ProbeView.as_view(checks=[])
ready = ProbeView.as_view(checks=[Database, Cache])
startup = ProbeView.as_view(checks=[Migrations])
