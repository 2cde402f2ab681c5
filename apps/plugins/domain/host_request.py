# SPDX-License-Identifier: Apache-2.0
"""One request of a plugin to the host, read strictly: what a backend is given can be stored and sent on."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from apps.plugins.domain.host_errors import HostRequestMustBeWellFormed

DEPTH_MAX, NAME_BYTES_MAX, INTEGER_MAX = 50, 200, 2**63 - 1


def read_request(untrusted_request: str) -> Mapping[str, Any]:
    """Return the members of a request; raises HostRequestMustBeWellFormed."""
    try:
        told = json.loads(untrusted_request, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise malformed("request", "JSON") from None
    if not isinstance(told, dict):
        raise malformed("request", "an object")
    _require_plain(told, DEPTH_MAX)
    return told


def is_name(value: Any) -> bool:
    """Tell whether this can be the name of an entity, a field, an event or a key, and shown in a refusal."""
    if not isinstance(value, str) or not value or not value.isprintable():
        return False
    return len(value.encode()) <= NAME_BYTES_MAX


def name_in(told: Mapping[str, Any], member: str) -> str:
    """Return a member that is a name; raises HostRequestMustBeWellFormed."""
    found = told.get(member)
    if not is_name(found):
        raise malformed(member, f"a text of 1 to {NAME_BYTES_MAX} bytes without hidden characters")
    return str(found)


def malformed(place: str, expected: str) -> HostRequestMustBeWellFormed:
    """Return the refusal of one place of a request."""
    return HostRequestMustBeWellFormed(
        f"Request, {place}: expected {expected}.", evidence={"place": place, "expected": expected}
    )


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _require_plain(value: Any, levels: int) -> None:
    """Refuse what Python reads and others do not: databases keep no NUL, UTF-8 no half of a pair."""
    if isinstance(value, dict | list) and not levels:
        raise malformed("request", f"at most {DEPTH_MAX} levels")
    if isinstance(value, dict):
        for name, member in value.items():
            _require_plain(name, levels)
            _require_plain(member, levels - 1)
    elif isinstance(value, list):
        for each in value:
            _require_plain(each, levels - 1)
    elif isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
        raise malformed("request", "texts of Unicode without NUL")
    elif isinstance(value, int | float) and not (isfinite(value) and abs(value) <= INTEGER_MAX):
        raise malformed("request", f"numbers up to {INTEGER_MAX}")


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)
