# SPDX-License-Identifier: Apache-2.0
"""What rooms above this one tell in the report: each registers a function that names its things."""

from collections.abc import Callable, Mapping, Sequence

# Plain JSON, in an order that no start can change.
Section = Mapping[str, str] | Sequence[str]
Tell = Callable[[], Section]
_sections: dict[str, Tell] = {}


def report_section(name: str) -> Callable[[Tell], Tell]:
    """Let the decorated function tell the section `name`; the last one of a name counts."""

    def register(tell: Tell) -> Tell:
        _sections[name] = tell
        return tell

    return register


def told_sections() -> dict[str, Section]:
    """Return what each section tells now, by name."""
    return {name: _sections[name]() for name in sorted(_sections)}
