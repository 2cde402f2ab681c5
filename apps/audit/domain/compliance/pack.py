# SPDX-License-Identifier: Apache-2.0
"""A compliance pack: which controls there are, which probes watch them, and what people do by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cortex.canonical_json import canonical_digest

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """What the pack is about; the publisher's own texts are never part of it."""

    id: str
    title: str
    publisher: str
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control: the publisher's identifier, our own words, and the role that answers for it."""

    id: str
    title: str
    description: str
    owner: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A probe that watches controls. A result older than `max_age` counts as unknown.

    `parameters` replace defaults of the probe; `expect` are values that its evidence must hold besides.
    """

    id: str
    controls: Sequence[str]
    probe: str
    max_age: timedelta
    parameters: Mapping[str, int] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What people do by hand, how often, and what they keep as evidence."""

    id: str
    controls: Sequence[str]
    title: str
    steps: Sequence[str]
    every: timedelta
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Controls of another framework that a control has to do with."""

    control: str
    framework: str
    to: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One version of a pack. `document` is all of it as it was read, texts only."""

    name: str
    version: str
    framework: Framework
    controls: Sequence[Control]
    checks: Sequence[Check]
    procedures: Sequence[Procedure]
    mappings: Sequence[Mapped]
    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the canonical JSON: comments and line breaks do not count."""
        return canonical_digest(dict(self.document))

    @property
    def order(self) -> tuple[int, ...]:
        """Return the version as something that can be compared."""
        return tuple(map(int, self.version.split(".")))

    def checks_of(self, control_id: str) -> list[Check]:
        """Return the checks that watch a control."""
        return [check for check in self.checks if control_id in check.controls]

    def procedures_of(self, control_id: str) -> list[Procedure]:
        """Return what people do for a control."""
        return [each for each in self.procedures if control_id in each.controls]

    def control(self, control_id: str) -> Control | None:
        """Return a control, or None."""
        return next((each for each in self.controls if each.id == control_id), None)
