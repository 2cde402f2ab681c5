# SPDX-License-Identifier: Apache-2.0
"""Rules of `plugin.yaml` that no schema can say."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.plugins.domain.schedule import expected_of_schedule
from apps.plugins.domain.setting import BOUNDED_TYPES, Setting
from apps.plugins.domain.shown_text import hidden_character
from apps.plugins.domain.version_range import VersionRange

# Descriptions alone have lines; a name or a setting that is called `description` has not.
_MAY_HAVE_LINES = re.compile(
    r"description|settings\.[^.]+\.description|translations\.[^.]+\.(?:.*\.)?description"
)
_SHOWN = re.compile(
    r"name|description|settings\..+\.(?:title|description)|settings\..+\.choices\.[0-9]+|translations\..+"
)


def broken_rules(written: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield place, what was expected and what was got; the schema holds already."""
    if not written["id"].startswith(f"{written['publisher']}."):
        yield "id", f"a name below the publisher {written['publisher']}", written["id"]
    try:
        VersionRange(written["cortex"])
    except ValueError:
        yield "cortex", "comparisons with semantic versions", written["cortex"]
    prefix = written["id"].replace("-", "_")
    for index, event in enumerate(written.get("capabilities", {}).get("events", [])):
        if not event.startswith(f"{prefix}."):
            yield f"capabilities.events.{index}", f"a name below {prefix}", event
    yield from _texts(written)
    yield from _doubles(written)
    yield from _scopes(written)
    for index, job in enumerate(written["entry_points"].get("jobs", [])):
        if told := expected_of_schedule(job["schedule"]):
            yield f"entry_points.jobs.{index}.schedule", told, job["schedule"]
    yield from _settings(written.get("settings", {}))


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(value, str):
        if found := hidden_character(value, may_have_lines=bool(_MAY_HAVE_LINES.fullmatch(place))):
            yield place, "text without hidden characters", found
        elif not value.strip() and _SHOWN.fullmatch(place):
            yield place, "a text that can be seen", value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(name, place)
            yield from _texts(member, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _texts(member, f"{place}.{index}")


def _doubles(written: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    entry = written["entry_points"]
    names = {
        "entry_points.endpoints": [f"{each['method']} {each['path']}" for each in entry.get("endpoints", [])],
        "entry_points.jobs": [each["name"] for each in entry.get("jobs", [])],
        "capabilities.data": [each["entity"] for each in written.get("capabilities", {}).get("data", [])],
    }
    for place, found in names.items():
        for name in sorted({each for each in found if found.count(each) > 1}):
            yield place, "each once", name


def _scopes(written: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for index, scope in enumerate(written.get("capabilities", {}).get("data", [])):
        if ("read" in scope["verbs"]) != ("fields" in scope):
            yield (
                f"capabilities.data.{index}",
                "fields where the verb is read, and only there",
                scope["entity"],
            )


def _settings(settings: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, each in settings.items():
        for bound in sorted(each.keys() & BOUNDED_TYPES.keys()):
            if each["type"] not in BOUNDED_TYPES[bound]:
                yield (
                    f"settings.{name}.{bound}",
                    f"{bound} of {' or '.join(BOUNDED_TYPES[bound])} alone",
                    each["type"],
                )
        if each.get("minimum", each.get("maximum", 0)) > each.get("maximum", each.get("minimum", 0)):
            yield f"settings.{name}.minimum", f"at most {each['maximum']}", str(each["minimum"])
        if "default" in each and (told := Setting.of_manifest(name, each).expected(each["default"])):
            yield f"settings.{name}.default", told, str(each["default"])
