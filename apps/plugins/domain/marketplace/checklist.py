# SPDX-License-Identifier: Apache-2.0
"""What a person looks at before a plugin is approved: each point is ticked, or it is said why not."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.plugins.domain.marketplace.publishing_errors import ChecklistMustBeComplete
from apps.plugins.domain.marketplace.reason import read_reason

POINTS: Mapping[str, str] = {
    "sources": "I read the sources that were built, and they do what the description says.",
    "rights": "Each thing that it may do is needed for what it does.",
    "fields": "It reads no more fields than it needs, and none about people without need.",
    "hosts": "Hosts that it sends data to are the publisher's, or of a service that the description names.",
    "names": "Name, description and id pass for nobody else's.",
    "checks": "I looked at each automated check that could not be made, and at the difference of rights.",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One point: ticked, or not and why."""

    is_ticked: bool
    reason: str = ""


def require_complete(points: Mapping[str, Point]) -> dict[str, dict[str, object]]:
    """Return the checklist as it is kept; raises ChecklistMustBeComplete, ReasonMustBeGiven."""
    missing = [name for name in POINTS if not _is_answered(points.get(name))]
    if missing or points.keys() - POINTS.keys():
        raise ChecklistMustBeComplete(
            f"Checklist: expected each point ticked or reasoned, got neither for {', '.join(missing)}.",
            evidence={"object": "checklist", "expected": sorted(POINTS), "missing": missing},
        )
    return {
        name: {
            "is_ticked": points[name].is_ticked,
            "reason": "" if points[name].is_ticked else read_reason(points[name].reason, of=f"point {name}"),
        }
        for name in POINTS
    }


def _is_answered(point: Point | None) -> bool:
    return point is not None and (point.is_ticked or bool(point.reason.strip()))
