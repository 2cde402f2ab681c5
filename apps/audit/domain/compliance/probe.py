# SPDX-License-Identifier: Apache-2.0
"""Probes: code that looks at live state and says pass, fail or unknown, with the evidence for it.

Packs name probes and never bring one. What cannot be seen is unknown, which is never a pass.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from apps.audit.domain.compliance.errors import ProbeMustBeKnown, ProbeMustBeRegisteredOnce
from cortex.canonical_json import canonical_json

# As many characters as are kept of one: a longer reason must not take the results of a whole run along.
REASON_MAX = 500


class Status(StrEnum):
    """What a probe says."""

    PASS = "pass"  # noqa: S105 - no password  # pragma: allowlist secret
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen. `evidence` is plain JSON with opaque ids and figures, never names, texts or secrets."""

    status: Status
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def canonical(self) -> bytes:
        """Return the exact bytes of the evidence."""
        return canonical_json(dict(self.evidence))

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the evidence."""
        return hashlib.sha256(self.canonical).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """When a probe looks, and how strictly."""

    now: datetime
    parameters: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.parameters[name]


Look = Callable[[Asked], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One probe: what it asks, what somebody does about a red one, and what a pack may set."""

    name: str
    title: str
    remedy: str
    look: Look
    defaults: Mapping[str, int]


_probes: dict[str, Probe] = {}


def probe(name: str, *, title: str, remedy: str, **defaults: int) -> Callable[[Look], Look]:
    """Register the decorated function under this name; raises ProbeMustBeRegisteredOnce."""

    def registered(look: Look) -> Look:
        made = Probe(name=name, title=title, remedy=remedy, look=look, defaults=defaults)
        if name in _probes:
            raise ProbeMustBeRegisteredOnce(
                f"Probe {name}: expected one of this name, got two.", evidence={"object": name, "got": 2}
            )
        _probes[name] = made
        return look

    return registered


def probe_named(name: str, *, parameters: Mapping[str, int] | None = None) -> Probe:
    """Return the probe, which knows these parameters; raises ProbeMustBeKnown."""
    found = _probes.get(name)
    if found is None:
        raise ProbeMustBeKnown(
            f"Probe {name}: expected one of this release, got none. Upgrade, or choose another pack.",
            evidence={"object": "probe", "got": name, "remedy": "upgrade, or choose another pack"},
        )
    strange = sorted(set(parameters or ()) - set(found.defaults))
    if strange:
        raise ProbeMustBeKnown(
            f"Probe {name}: expected parameters of {sorted(found.defaults)}, got {strange[0]}.",
            evidence={"object": name, "expected": sorted(found.defaults), "got": strange},
        )
    return found


def remedy_of(name: str) -> str:
    """Return what somebody does about a red one; nothing for a probe that a later release took away."""
    found = _probes.get(name)
    return found.remedy if found else ""


def title_of(name: str) -> str:
    """Return what a probe asks."""
    found = _probes.get(name)
    return found.title if found else "This release has no such probe."


def all_probes() -> list[Probe]:
    """Return every probe, by name."""
    return [_probes[name] for name in sorted(_probes)]


def passed(reason: str, **evidence: Any) -> Finding:
    """Return that all is as it should be."""
    return Finding(Status.PASS, reason[:REASON_MAX], evidence)


def failed(reason: str, **evidence: Any) -> Finding:
    """Return that something is not."""
    return Finding(Status.FAIL, reason[:REASON_MAX], evidence)


def unknown(reason: str, **evidence: Any) -> Finding:
    """Return that it cannot be seen."""
    return Finding(Status.UNKNOWN, reason[:REASON_MAX], evidence)


def judged(is_well: bool, *, well: str, ill: str, **evidence: Any) -> Finding:
    """Return pass or fail."""
    return passed(well, **evidence) if is_well else failed(ill, **evidence)


def held_against(finding: Finding, *, expect: Mapping[str, str]) -> Finding:
    """Return the finding after what a pack expects of its evidence besides: stricter, never milder."""
    if finding.status is not Status.PASS:
        return finding
    for name, wanted in expect.items():
        if name not in finding.evidence:
            return replace(finding, status=Status.UNKNOWN, reason=f"The evidence says nothing of {name}.")
        got = _text(finding.evidence[name])
        if got != wanted:
            return replace(
                finding,
                status=Status.FAIL,
                reason=f"{name}: the pack expects {wanted}, got {got}."[:REASON_MAX],
            )
    return finding


def why_nothing_was_seen(error: Exception) -> Finding:
    """Return that a look failed: the kind of error and its SQLSTATE, but no words, which may hold data."""
    state = getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None) or ""
    kind = re.sub(r"[^A-Za-z0-9_.]", "", type(error).__name__)
    told = f"{kind} ({state})" if state else kind
    return unknown(f"The look failed: {told}.", error=kind, **({"sqlstate": state} if state else {}))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
