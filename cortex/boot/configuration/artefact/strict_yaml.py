# SPDX-License-Identifier: Apache-2.0
"""YAML without what makes it dangerous: no aliases, no anchors, no tags, no second document.

Values are built from the parser's events, so that a bomb is refused before anything is expanded.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from cortex.boot.configuration.artefact.unclear import (
    DEPTH_MAX,
    MEMBERS_MAX,
    NO_MAPPING,
    NULL,
    TOO_DEEP,
    TOO_MANY,
    Unclear,
    twice,
)

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_START_OF_COLLECTION = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_END_OF_COLLECTION = (yaml.MappingEndEvent, yaml.SequenceEndEvent)

Named = tuple[str, Any, int]


def yaml_members(text: str) -> list[Named]:
    """Return name, value and line of each member; raises Unclear."""
    events = _events(text)
    try:
        first = next(events, None)
        if not isinstance(first, yaml.MappingStartEvent):
            raise Unclear(NO_MAPPING, line=1)
        members = list(_mapping(events))
        if next(events, None) is not None:
            raise Unclear("expected one document, got more", line=1)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Unclear("this is no YAML", line=line) from None
    except yaml.YAMLError:
        raise Unclear("this is no YAML: a character that no document may hold") from None
    return members


def _events(text: str) -> Iterator[Any]:
    """Yield the events that build values, each looked at first."""
    depth = count = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, _START_OF_COLLECTION) - isinstance(event, _END_OF_COLLECTION)
        count += isinstance(event, yaml.NodeEvent)
        line = event.start_mark.line + 1 if event.start_mark else 0
        if depth > DEPTH_MAX or count > MEMBERS_MAX:
            raise Unclear(TOO_DEEP if depth > DEPTH_MAX else TOO_MANY, line=line)
        _refuse_references(event, line=line)
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _refuse_references(event: Any, *, line: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise Unclear("anchors and aliases are not taken", line=line)
    if getattr(event, "tag", None):
        raise Unclear("tags are not taken", line=line)


def _mapping(events: Iterator[Any]) -> Iterator[Named]:
    names = set()
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        line = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
            raise Unclear("expected a text as name", line=line)
        if event.value in names:
            raise Unclear(twice(event.value), line=line)
        names.add(event.value)
        yield event.value, _value(next(events), events), line


def _value(event: Any, events: Iterator[Any]) -> Any:
    if isinstance(event, yaml.MappingStartEvent):
        return {name: value for name, value, _ in _mapping(events)}
    if isinstance(event, yaml.SequenceStartEvent):
        return list(_sequence(events))
    if not event.style and event.value in _NULLS:
        raise Unclear(NULL, line=event.start_mark.line + 1)
    return event.value


def _sequence(events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _value(event, events)
