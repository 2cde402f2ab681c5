# SPDX-License-Identifier: Apache-2.0
"""Read a pack out of its text, or say at which place it is none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.audit.domain.compliance.pack import FORMAT, Check, Control, Framework, Mapped, Pack, Procedure
from apps.audit.domain.compliance.reading import Place
from apps.audit.domain.compliance.strict_yaml import node_of
from cortex.strict_yaml import Node, node_from

_NAME = r"[a-z0-9]+(?:[-.][a-z0-9]+)*"
_VERSION = r"(?:0|[1-9][0-9]{0,3})(?:\.(?:0|[1-9][0-9]{0,3})){2}"
_CONTROL = r"[A-Z][A-Z0-9]*(?:\.[0-9]{1,3}){1,3}"
_CHECK = r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*"
_PARAMETER = r"[a-z][a-z0-9_]{0,40}"
_OWNER = r"[a-z][a-z0-9-]{1,40}"
_SECTIONS = ("pack", "version", "format", "framework", "controls", "checks", "procedures")


def pack_of_text(text: str) -> Pack:
    """Read a pack; raises PackMustBeWellFormed with the place and the line."""
    return _pack(node_of(text))


def pack_of_document(document: Mapping[str, Any]) -> Pack:
    """Read a pack that was stored."""
    return _pack(node_from(dict(document)))


def _pack(node: Node) -> Pack:
    found = Place(node, "").members(required=_SECTIONS, optional=("mappings",))
    written = found["format"].text(at_most=10)
    if written != str(FORMAT):
        raise found["format"].refused(expected=f"the format {FORMAT}", got=ascii(written))
    controls = [_control(each) for each in found["controls"].items(at_least=1)]
    known = {each.id for each in controls}
    _require_distinct(found["controls"], (each.id for each in controls))
    checks = [_check(each, known) for each in found["checks"].items()]
    _require_distinct(found["checks"], (each.id for each in checks))
    procedures = [_procedure(each, known) for each in found["procedures"].items()]
    _require_distinct(found["procedures"], (each.id for each in procedures))
    _require_all_seen_to(found["controls"], known, checks, procedures)
    return Pack(
        name=found["pack"].text(pattern=_NAME, at_most=60),
        version=found["version"].text(pattern=_VERSION),
        framework=_framework(found["framework"]),
        controls=controls,
        checks=checks,
        procedures=procedures,
        mappings=[_mapped(each, known) for each in _optional(found, "mappings")],
        document=node.plain,
    )


def _framework(place: Place) -> Framework:
    found = place.members(required=("id", "title", "publisher", "notice"))
    return Framework(
        id=found["id"].text(pattern=_NAME, at_most=60),
        title=found["title"].text(at_most=200),
        publisher=found["publisher"].text(at_most=200),
        notice=found["notice"].text(),
    )


def _control(place: Place) -> Control:
    found = place.members(required=("id", "title", "description", "owner", "group"))
    return Control(
        id=found["id"].text(pattern=_CONTROL, at_most=20),
        title=found["title"].text(at_most=120),
        description=found["description"].text(),
        owner=found["owner"].text(pattern=_OWNER),
        group=found["group"].text(at_most=80),
    )


def _check(place: Place, known: set[str]) -> Check:
    found = place.members(required=("id", "controls", "probe", "max_age"), optional=("parameters", "expect"))
    parameters = found["parameters"].pairs(pattern=_PARAMETER) if "parameters" in found else ()
    expected = found["expect"].pairs(pattern=_PARAMETER) if "expect" in found else ()
    return Check(
        id=found["id"].text(pattern=_CHECK, at_most=80),
        controls=_controls(found["controls"], known),
        probe=found["probe"].text(pattern=_CHECK, at_most=80),
        max_age=found["max_age"].duration(),
        parameters={name: each.number() for name, each in parameters},
        expect={name: each.text(at_most=200) for name, each in expected},
    )


def _procedure(place: Place, known: set[str]) -> Procedure:
    found = place.members(required=("id", "controls", "title", "steps", "every", "evidence"))
    return Procedure(
        id=found["id"].text(pattern=_CHECK, at_most=80),
        controls=_controls(found["controls"], known),
        title=found["title"].text(at_most=120),
        steps=[each.text() for each in found["steps"].items(at_least=1, at_most=20)],
        every=found["every"].duration(),
        evidence=found["evidence"].text(),
    )


def _mapped(place: Place, known: set[str]) -> Mapped:
    found = place.members(required=("control", "framework", "to"))
    return Mapped(
        control=_known(found["control"], known),
        framework=found["framework"].text(pattern=_NAME, at_most=60),
        to=[each.text(pattern=_CONTROL) for each in found["to"].items(at_least=1, at_most=50)],
    )


def _controls(place: Place, known: set[str]) -> list[str]:
    return [_known(each, known) for each in place.items(at_least=1)]


def _known(place: Place, known: set[str]) -> str:
    written = place.text(at_most=20)
    if written not in known:
        raise place.refused(expected="a control of this pack", got=ascii(written))
    return written


def _optional(found: Mapping[str, Place], name: str) -> list[Place]:
    return found[name].items() if name in found else []


def _require_distinct(place: Place, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for written, item in zip(ids, place.items(), strict=True):
        if written in seen:
            raise item.refused(expected="each id once", got=f"{written} twice")
        seen.add(written)


def _require_all_seen_to(
    place: Place, known: set[str], checks: Sequence[Check], procedures: Sequence[Procedure]
) -> None:
    """Refuse a control that nobody would ever look at: it would stand there as if somebody did."""
    lists = [*(each.controls for each in checks), *(each.controls for each in procedures)]
    seen_to = {control for controls in lists for control in controls}
    if left := sorted(known - seen_to):
        raise place.refused(expected="a check or a procedure for each control", got=f"none for {left[0]}")
