# SPDX-License-Identifier: Apache-2.0
"""Names of things in OSCAL: the same thing has the same id in every export."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

NAMESPACE = "urn:cortex:compliance"
_ROOT = uuid5(NAMESPACE_URL, NAMESPACE)


def id_of(kind: str, *parts: str | UUID) -> str:
    """Return the UUIDv5 of a thing: OSCAL takes versions 4 and 5 only, and one export equals another."""
    return str(uuid5(_ROOT, "/".join([kind, *map(str, parts)])))


def prop(name: str, value: str) -> dict[str, Any]:
    """Return a property of ours."""
    return {"name": name, "ns": NAMESPACE, "value": value}
