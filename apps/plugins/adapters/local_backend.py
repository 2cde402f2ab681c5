# SPDX-License-Identifier: Apache-2.0
"""A host for trying plugins on an author's machine: rows of a file, and a store in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.plugins.domain.host_backend import Comparison, Condition
from apps.plugins.domain.host_errors import HostRequestMustBeWellFormed, HttpMustBeAnswered
from apps.plugins.domain.http_request import HttpAnswer, HttpRequest

Row = Mapping[str, Any]


@dataclass(slots=True)
class LocalBackend:
    """Keeps what a plugin wrote and published, in `stored` and `emitted`; nothing leaves."""

    data: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    emitted: list[tuple[str, Row]] = field(default_factory=list)
    proposed: list[tuple[str, str, Row]] = field(default_factory=list)

    def rows(
        self, *, entity: str, fields: Sequence[str], where: Sequence[Condition], limit: int, within_ms: int
    ) -> list[dict[str, Any]]:
        """Return rows of the file that fit, in its order; a file in memory needs no bound of time."""
        found = [row for row in self.data.get(entity, ()) if all(_meets(row, each) for each in where)]
        return [{name: _value(row, name) for name in fields} for row in found[:limit]]

    def emit(self, *, event: str, data: Row) -> None:
        """Keep the event."""
        self.emitted.append((event, data))

    def read(self, *, key: str) -> str | None:
        """Return what is kept under a key."""
        return self.stored.get(key)

    def write(self, *, key: str, text: str | None) -> None:
        """Keep a text, or none any more."""
        self.stored.pop(key, None)
        if text is not None:
            self.stored[key] = text

    def keys(self, *, prefix: str, after: str, limit: int) -> list[str]:
        """Return the first of the keys that begin so."""
        return sorted(key for key in self.stored if key.startswith(prefix) and key > after)[:limit]

    def stored_bytes(self, *, besides: str) -> int:
        """Return the bytes of all other keys and their texts."""
        return sum(len(f"{key}{text}".encode()) for key, text in self.stored.items() if key != besides)

    def propose(self, *, entity: str, verb: str, content: Row, within_ms: int) -> str:
        """Keep what is proposed; no books say whether they would take it."""
        self.proposed.append((entity, verb, content))
        return f"{verb} {entity}"

    def send(self, *, request: HttpRequest, within_ms: int) -> HttpAnswer:
        """Refuse: nothing leaves an author's machine while a plugin is tried."""
        raise HttpMustBeAnswered(
            f"Request to {request.host}: nothing is sent while a plugin is tried. Its tests can give answers "
            "to Harness.",
            evidence={"object": request.host, "remedy": "try it in a company"},
        )


def _meets(row: Row, condition: Condition) -> bool:
    value = _value(row, condition.field)
    try:
        match condition.comparison:
            case Comparison.FROM:
                return bool(value >= condition.value)
            case Comparison.TO:
                return bool(value < condition.value)
    except TypeError:
        told = f"Request, {condition.name}: expected a value that the field can be compared with."
        raise HostRequestMustBeWellFormed(
            told, evidence={"place": condition.name, "got": condition.value}
        ) from None
    return bool(value == condition.value)


def _value(row: Row, name: str) -> Any:
    if name not in row:
        told = f"Request, {name}: expected one of {', '.join(sorted(row))}."
        raise HostRequestMustBeWellFormed(told, evidence={"place": name, "expected": sorted(row)})
    return row[name]
