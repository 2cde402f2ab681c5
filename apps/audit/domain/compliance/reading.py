# SPDX-License-Identifier: Apache-2.0
"""Read nodes as what a schema says; whatever differs is refused with its exact place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from apps.audit.domain.compliance.strict_yaml import refused
from cortex.errors import CortexError
from cortex.strict_yaml import Node

TEXT_MAX = 2000
_DURATION = re.compile(r"\AP(?:(\d{1,4})D)?(?:T(\d{1,3})H)?\Z")
# C0 and C1 controls but the newline: they would hide what a person reads.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Place:
    """A node and how it is reached, such as `controls[3].id`."""

    node: Node
    path: str

    def refused(self, *, expected: str, got: str) -> CortexError:
        """Return the refusal of this place."""
        return refused(place=self.path or "file", line=self.node.line, expected=expected, got=got)

    def members(self, *, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, "Place"]:
        """Return the members of a mapping, no others than these."""
        if not isinstance(self.node.value, dict):
            raise self.refused(expected="a mapping", got=_kind(self.node))
        found = {name: Place(node, self._below(name)) for name, node in self.node.value.items()}
        for name, each in found.items():
            if name not in (*required, *optional):
                raise each.refused(
                    expected=f"one of {', '.join((*required, *optional))}", got=f"the name {name}"
                )
        for name in required:
            if name not in found:
                raise self.refused(expected=f"the member {name}", got="none")
        return found

    def pairs(self, *, pattern: str) -> Iterator[tuple[str, "Place"]]:
        """Yield the members of a mapping whose names match."""
        if not isinstance(self.node.value, dict):
            raise self.refused(expected="a mapping", got=_kind(self.node))
        for name, node in self.node.value.items():
            place = Place(node, self._below(name))
            if not re.fullmatch(pattern, name):
                raise place.refused(expected=f"a name like {pattern}", got=name)
            yield name, place

    def items(self, *, at_least: int = 0, at_most: int = 500) -> list["Place"]:
        """Return the items of a list."""
        if not isinstance(self.node.value, list):
            raise self.refused(expected="a list", got=_kind(self.node))
        count = len(self.node.value)
        if not at_least <= count <= at_most:
            raise self.refused(expected=f"{at_least} to {at_most} items", got=str(count))
        return [Place(node, f"{self.path}[{index}]") for index, node in enumerate(self.node.value)]

    def text(self, *, pattern: str | None = None, at_most: int = TEXT_MAX) -> str:
        """Return a text that is not empty."""
        found = self.node.value
        if not isinstance(found, str):
            raise self.refused(expected="a text", got=_kind(self.node))
        if not found.strip() or len(found) > at_most or _CONTROL.search(found):
            raise self.refused(
                expected=f"1 to {at_most} characters without controls", got=ascii(found) or "none"
            )
        if pattern is not None and not re.fullmatch(pattern, found):
            raise self.refused(expected=f"a text like {pattern}", got=ascii(found))
        return found

    def number(self, *, at_most: int = 1_000_000) -> int:
        """Return a whole number from 0."""
        text = self.text(pattern=r"0|[1-9][0-9]{0,8}")
        if int(text) > at_most:
            raise self.refused(expected=f"0 to {at_most}", got=text)
        return int(text)

    def duration(self) -> timedelta:
        """Return a duration of days and hours, such as P30D or PT24H."""
        text = self.text(at_most=20)
        match = _DURATION.match(text)
        found = timedelta(days=int(match[1] or 0), hours=int(match[2] or 0)) if match else timedelta()
        if not found:
            raise self.refused(expected="a duration such as P30D or PT24H", got=ascii(text))
        return found

    def _below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _kind(node: Node) -> str:
    return {dict: "a mapping", list: "a list", str: "a text"}[type(node.value)]
