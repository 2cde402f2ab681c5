# SPDX-License-Identifier: Apache-2.0
"""One request of a plugin to the host, read strictly: what a backend is given can be stored and sent on."""

from collections.abc import Collection, Mapping
from typing import Any

from apps.plugins.domain.host_errors import HostRequestMustBeWellFormed
from apps.plugins.domain.plain_json import NotPlain, read_plain

# Nothing interrupts the host while it reads: about 20 milliseconds and 20 MB for the largest request.
NAME_BYTES_MAX, BYTES_MAX, VALUES_MAX = 200, 256 << 10, 20_000


def read_request(untrusted_request: str, *, members: Collection[str]) -> Mapping[str, Any]:
    """Return the members of a request, which are some of these; raises HostRequestMustBeWellFormed."""
    if len(untrusted_request.encode(errors="surrogatepass")) > BYTES_MAX:
        raise malformed("request", f"at most {BYTES_MAX} bytes")
    try:
        told = read_plain(untrusted_request, nodes_max=VALUES_MAX)
    except NotPlain as error:
        raise malformed("request", str(error)) from None
    if not isinstance(told, dict):
        raise malformed("request", "an object")
    if not told.keys() <= set(members):
        raise malformed("request", f"members {', '.join(members)} and no other")
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
