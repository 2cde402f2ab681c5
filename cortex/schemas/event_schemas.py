# SPDX-License-Identifier: Apache-2.0
"""The schema of each event as its class says it, and every version of it that was ever published.

Versions are files beside the module of the class: `published_schemas/<event type>/<number>.json`. They are
committed, so a change of an event is seen in review, and old ones stay as long as their events do.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cortex.ports.event_bus import Event
from cortex.schemas.languages import reading_fails_because
from cortex.schemas.models import SchemaType
from cortex.schemas.source import Source
from cortex.schemas.strict_json import read_strict_json, written_json

FOLDER = "published_schemas"
OURS = ("apps.", "cortex.")
_DEPTH_MAX = 64
# Words for people, which change without changing what is let through.
_NOTES = ("title", "description")
# Where names stand that people chose; `title` is no keyword there.
_NAMED = ("properties", "$defs", "patternProperties")


@dataclass(frozen=True, slots=True)
class PublishedSchema:
    """One committed version."""

    number: int
    text: str


def event_classes() -> list[type[Event]]:
    """Return every event of the program, by type; those of tests register themselves."""
    found = [each for each in _subclasses(Event) if each.__module__.startswith(OURS)]
    return sorted(found, key=lambda each: each.event_type)


def schema_of(event_class: type[Event]) -> str:
    """Return the schema of the event's data as JSON, without notes for people."""
    schema = event_class.model_json_schema(mode="serialization")
    contents = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_bare(schema)}
    return written_json(read_strict_json(json.dumps(contents), depth_max=_DEPTH_MAX), sort_keys=True)


def folder_of(event_class: type[Event]) -> Path:
    """Return where the versions of this event are kept."""
    module = Path(str(sys.modules[event_class.__module__].__file__))
    return module.parent / FOLDER / event_class.event_type


def published_schemas(event_class: type[Event]) -> list[PublishedSchema]:
    """Return the committed versions, the oldest first."""
    paths = sorted(folder_of(event_class).glob("*.json"), key=lambda path: int(path.stem))
    return [PublishedSchema(int(path.stem), _read(path)) for path in paths]


def write_schema(event_class: type[Event]) -> Path | None:
    """Write the schema as the next version, unless it is the latest already; return the file written."""
    versions, text = published_schemas(event_class), schema_of(event_class)
    if versions and versions[-1].text == text:
        return None
    folder = folder_of(event_class)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{len(versions) + 1}.json"
    path.write_text(json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return path


def problems_of(event_class: type[Event]) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the committed versions, each with what to do."""
    versions, name = published_schemas(event_class), event_class.event_type
    if [version.number for version in versions] != list(range(1, len(versions) + 1)):
        yield f"Event {name}: a committed schema is missing among {folder_of(event_class)}. Restore it."
        return
    texts = [version.text for version in versions]
    current = schema_of(event_class)
    if current not in texts[-1:]:
        yield (
            f"Event {name}: its class says something else than the latest committed schema. Run "
            "`cortex schemas write` and commit the file, or take the change back."
        )
        texts.append(current)
    for number, text in enumerate(texts[1:], start=2):
        for earlier, before in enumerate(texts[: number - 1], start=1):
            reason = change_breaks(before=before, after=text)
            if reason is not None:
                yield (
                    f"Event {name}: version {number} is not compatible with version {earlier} ({reason}). "
                    "Leave the event as it was and publish the new form as a new event type, "
                    f"{_successor(name)}."
                )


def change_breaks(*, before: str, after: str) -> str | None:
    """Return whom a change of an event's schema would break, or None.

    Stored events are replayed for years: the new schema must read what the old one wrote. Receivers outside
    learn of a change last: with unknown members ignored, the old schema must read what the new one writes.
    """
    reason = reading_fails_because(writer=_source(before), reader=_source(after))
    if reason is not None:
        return f"stored events could not be read: {reason}"
    reason = reading_fails_because(writer=_source(after), reader=_source(_opened(before)))
    return None if reason is None else f"receivers would fail: {reason}"


def _opened(text: str) -> str:
    return written_json(_without_closing(read_strict_json(text, depth_max=_DEPTH_MAX)), sort_keys=True)


def _without_closing(value: Any) -> Any:
    if isinstance(value, dict):
        members = {name: _without_closing(member) for name, member in value.items()}
        if members.get("additionalProperties") is False:
            del members["additionalProperties"]
        return members
    return [_without_closing(item) for item in value] if isinstance(value, list) else value


def _bare(value: Any, *, is_named: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            name: _bare(member, is_named=not is_named and name in _NAMED)
            for name, member in value.items()
            if is_named or name not in _NOTES
        }
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _read(path: Path) -> str:
    value = read_strict_json(path.read_text(encoding="utf-8"), depth_max=_DEPTH_MAX)
    return written_json(value, sort_keys=True)


def _source(text: str) -> Source:
    return Source(SchemaType.JSON, text)


def _successor(name: str) -> str:
    stem, _, version = name.rpartition(".v")
    return f"{stem}.v{int(version) + 1}" if version.isdecimal() else f"{name}.v2"


def _subclasses(parent: type[Event]) -> Iterator[type[Event]]:
    for child in parent.__subclasses__():
        if "event_type" in vars(child):
            yield child
        yield from _subclasses(child)
