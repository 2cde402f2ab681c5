# SPDX-License-Identifier: Apache-2.0
"""YAML without what makes it dangerous, each value with its line: a refusal names the exact place.

Values are built from the parser's events, so that a bomb is refused before anything is expanded. All scalars
are texts: nobody has to know what YAML thinks of `no`, `1e3` or `2026-01-01`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from apps.audit.domain.compliance.errors import PackMustBeWellFormed

BYTES_MAX, DEPTH_MAX, NODES_MAX = 512 * 1024, 6, 20_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_START = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_END = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list or a mapping of nodes, and the line where it begins."""

    value: "str | list[Node] | dict[str, Node]"
    line: int

    @property
    def plain(self) -> Any:
        """Return the value without its lines."""
        if isinstance(self.value, dict):
            return {name: member.plain for name, member in self.value.items()}
        return [each.plain for each in self.value] if isinstance(self.value, list) else self.value


def node_of(text: str) -> Node:
    """Read one document; raises PackMustBeWellFormed."""
    size = len(text.encode(errors="replace"))
    if size > BYTES_MAX:
        raise refused(place="file", line=1, expected=f"at most {BYTES_MAX} bytes", got=str(size))
    try:
        events = _events(text)
        first = next(events, None)
        if first is None:
            raise refused(place="file", line=1, expected="a document", got="nothing")
        node = _node(first, events)
        if (more := next(events, None)) is not None:
            raise refused(place="file", line=_line(more), expected="one document", got="more")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise refused(place="file", line=line, expected="YAML", got=str(error.problem)) from None
    except yaml.YAMLError:
        raise refused(place="file", line=0, expected="YAML", got="a character that it may not hold") from None
    return node


def node_from(plain: Any) -> Node:
    """Return what was read before, without lines: it comes from the database."""
    if isinstance(plain, dict):
        return Node({name: node_from(member) for name, member in plain.items()}, 0)
    return Node([node_from(each) for each in plain], 0) if isinstance(plain, list) else Node(str(plain), 0)


def refused(*, place: str, line: int, expected: str, got: str) -> PackMustBeWellFormed:
    """Return the refusal of one place of a pack."""
    shown = got if len(got) <= 80 else got[:80] + "…"
    where = f"Pack, line {line}, {place}" if line else f"Pack, {place}"
    return PackMustBeWellFormed(
        f"{where}: expected {expected}, got {shown}.",
        evidence={"object": "pack", "place": place, "line": line, "expected": expected, "got": shown},
    )


def _events(text: str) -> Iterator[Any]:
    depth = count = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, _START) - isinstance(event, _END)
        count += isinstance(event, yaml.NodeEvent)
        if depth > DEPTH_MAX or count > NODES_MAX:
            told = f"at most {DEPTH_MAX} levels and {NODES_MAX} values"
            raise refused(place="file", line=_line(event), expected=told, got="more")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refused(place="file", line=_line(event), expected="no anchor and no alias", got="one")
        if tag := getattr(event, "tag", None):
            raise refused(place="file", line=_line(event), expected="no tag", got=str(tag))
        if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
            yield event


def _node(event: Any, events: Iterator[Any]) -> Node:
    if isinstance(event, yaml.MappingStartEvent):
        return Node(dict(_members(events)), _line(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(list(_items(events)), _line(event))
    return Node(event.value, _line(event))


def _members(events: Iterator[Any]) -> Iterator[tuple[str, Node]]:
    names: set[str] = set()
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
            raise refused(place="file", line=_line(event), expected="a text as name", got="something else")
        if event.value in names:
            raise refused(place=event.value, line=_line(event), expected="each name once", got="it twice")
        names.add(event.value)
        yield event.value, _node(next(events), events)


def _items(events: Iterator[Any]) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, events)


def _line(event: Any) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
