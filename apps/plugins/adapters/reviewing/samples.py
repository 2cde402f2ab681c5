# SPDX-License-Identifier: Apache-2.0
"""What handlers are given when they are tried: made up, and always the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.plugins.domain.manifest import Manifest

ID = "01930000-0000-7000-8000-000000000001"
AT = "2026-01-31T12:00:00Z"


def samples(manifest: Manifest) -> Iterator[tuple[str, str, Any]]:
    """Yield how each handler is called: its name, what calls it, and its input."""
    for event, handler in manifest.events.items():
        yield handler, f"event {event}", _envelope(event)
    for endpoint in manifest.endpoints:
        yield endpoint.handler, f"{endpoint.method} {endpoint.path}", {}
    for job in manifest.jobs:
        yield job.handler, f"job {job.name}", {"job": job.name, "at": AT}
    for verb, handler in manifest.validators.items():
        yield handler, f"validator of {verb}", {"verb": verb, "subject": {"id": ID, "lines": []}}


def sample_rows(manifest: Manifest) -> Mapping[str, list[dict[str, Any]]]:
    """Return one row of each entity that it reads."""
    return {
        scope.entity: [{name: _value(name) for name in scope.fields}]
        for scope in manifest.data
        if "read" in scope.verbs
    }


def _envelope(event: str) -> dict[str, Any]:
    entity = ".".join(event.split(".")[:2])
    return {
        "specversion": "1.0",
        "id": ID,
        "type": event,
        "subject": f"{entity}/{ID}",
        "source": "urn:cortex:review",
        "time": AT,
        "data": {},
    }


def _value(name: str) -> Any:
    if name == "id" or name.endswith("_id"):
        return ID
    if name.endswith("_date"):
        return AT[:10]
    if name.endswith("_at"):
        return AT
    if name.startswith(("is_", "has_")):
        return False
    numbers = ("number", "_minor", "_count", "_bps", "_size", "_days")
    return 1 if name.endswith(numbers) else "sample"
