# SPDX-License-Identifier: Apache-2.0
"""YAML without what makes it dangerous, each value with its line: a refusal names the exact place.

Values are built from the parser's events, so that a bomb is refused before anything is expanded. Anchors,
aliases, tags, merge keys, names that stand twice and second documents are refused.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from cortex.errors import CortexError
from cortex.one_line import one_line

BYTES_MAX, DEPTH_MAX, NODES_MAX = 512 * 1024, 6, 20_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_START = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_END = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_INTEGER = re.compile(r"\A(?:0|-?[1-9][0-9]{0,17})\Z")
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list or a mapping of nodes, and the line where it begins."""

    value: "str | list[Node] | dict[str, Node]"
    line: int
    is_quoted: bool = False

    @property
    def plain(self) -> Any:
        """Return the value without its lines, all scalars as texts.

        Nobody has to know what YAML thinks of `no`, `1e3` or `2026-01-01`.
        """
        if isinstance(self.value, dict):
            return {name: member.plain for name, member in self.value.items()}
        return [each.plain for each in self.value] if isinstance(self.value, list) else self.value

    @property
    def typed(self) -> Any:
        """Return the value without its lines, for a JSON Schema: `true`, `false` and whole numbers are that.

        All other scalars are texts, and so is whatever stands in quotes. Source: YAML 1.2.2 section 10.2,
        without null and without numbers that have a point.
        """
        if isinstance(self.value, dict):
            return {name: member.typed for name, member in self.value.items()}
        if isinstance(self.value, list):
            return [each.typed for each in self.value]
        if self.is_quoted:
            return self.value
        return int(self.value) if _INTEGER.match(self.value) else _WORDS.get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Makes the refusal of one place of a document; `document` is its noun, such as "Pack"."""

    document: str
    error: type[CortexError]

    def __call__(self, *, place: str, line: int, expected: str, got: str) -> CortexError:
        """Return the error, with place and line in its evidence."""
        place, expected, got = one_line(place), one_line(expected), one_line(got)
        shown = got if len(got) <= 80 else got[:80] + "…"
        where = f"{self.document}, line {line}, {place}" if line else f"{self.document}, {place}"
        told = {"place": place, "line": line, "expected": expected, "got": shown}
        return self.error(
            f"{where}: expected {expected}, got {shown}.", evidence={"object": self.document.lower()} | told
        )


Refuse = Callable[..., CortexError]


def node_of(text: str, *, refuse: Refuse, depth_max: int = DEPTH_MAX, bytes_max: int = BYTES_MAX) -> Node:
    """Read one document; raises what `refuse` makes of place, line, expected and got."""
    size = len(text.encode(errors="replace"))
    if size > bytes_max:
        raise refuse(place="file", line=1, expected=f"at most {bytes_max} bytes", got=str(size))
    try:
        return _document(_Events(text, refuse, depth_max))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise refuse(place="file", line=line, expected="YAML", got=str(error.problem)) from None
    except (yaml.YAMLError, UnicodeEncodeError):
        raise refuse(place="file", line=0, expected="YAML", got="a character that it may not hold") from None


def node_from(plain: Any) -> Node:
    """Return what was read before, without lines: it comes from the database."""
    if isinstance(plain, dict):
        return Node({name: node_from(member) for name, member in plain.items()}, 0)
    return Node([node_from(each) for each in plain], 0) if isinstance(plain, list) else Node(str(plain), 0)


@dataclass(slots=True)
class _Events:
    """The parser's events that build values, each looked at before it is used."""

    text: str
    refuse: Refuse
    depth_max: int

    def __iter__(self) -> Iterator[Any]:
        depth = count = 0
        for event in yaml.parse(self.text, Loader=_LOADER):
            depth += isinstance(event, _START) - isinstance(event, _END)
            count += isinstance(event, yaml.NodeEvent)
            if depth > self.depth_max or count > NODES_MAX:
                told = f"at most {self.depth_max} levels and {NODES_MAX} values"
                raise self.refused(event, expected=told, got="more")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise self.refused(event, expected="no anchor and no alias", got="one")
            if tag := getattr(event, "tag", None):
                raise self.refused(event, expected="no tag", got=str(tag))
            if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
                yield event

    def refused(self, event: Any, *, expected: str, got: str, place: str = "file") -> CortexError:
        return self.refuse(place=place, line=_line(event), expected=expected, got=got)


def _document(events: _Events) -> Node:
    stream = iter(events)
    if (first := next(stream, None)) is None:
        raise events.refuse(place="file", line=1, expected="a document", got="nothing")
    node = _node(first, stream, events)
    if (more := next(stream, None)) is not None:
        raise events.refused(more, expected="one document", got="more")
    return node


def _node(event: Any, stream: Iterator[Any], events: _Events) -> Node:
    if isinstance(event, yaml.MappingStartEvent):
        return Node(dict(_members(stream, events)), _line(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(list(_items(stream, events)), _line(event))
    return Node(event.value, _line(event), is_quoted=bool(event.style))


def _members(stream: Iterator[Any], events: _Events) -> Iterator[tuple[str, Node]]:
    names: set[str] = set()
    for event in stream:
        if isinstance(event, yaml.MappingEndEvent):
            return
        if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
            raise events.refused(event, expected="a text as name", got="something else")
        if event.value in names:
            raise events.refused(event, place=event.value, expected="each name once", got="it twice")
        names.add(event.value)
        yield event.value, _node(next(stream), stream, events)


def _items(stream: Iterator[Any], events: _Events) -> Iterator[Node]:
    for event in stream:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, stream, events)


def _line(event: Any) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
