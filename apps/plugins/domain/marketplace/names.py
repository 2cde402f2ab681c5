# SPDX-License-Identifier: Apache-2.0
"""How targets and the roles that list them are called.

A path has exactly three parts, since the pattern of a delegation matches that depth and no other. The first
is the role: nothing can be listed below another's name.
"""

import hashlib
import re

from apps.plugins.domain.bundle import SUFFIX
from apps.plugins.domain.marketplace.errors import ChannelMustBeKnown, PublisherMustBeNamed

ROOT, TARGETS, SNAPSHOT, TIMESTAMP = "root", "targets", "snapshot", "timestamp"
TOP_LEVEL = (ROOT, TARGETS, SNAPSHOT, TIMESTAMP)
STABLE, BETA, PRIVATE = "stable", "beta", "private:"
PRIVATE_ROLE = "private-"
# As the manifest writes it: a domain, reversed. Its dot keeps it apart from the names of all other roles.
_PUBLISHER = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+", re.ASCII)
_COMPANY = re.compile(r"private:[A-Za-z0-9._-]{1,40}", re.ASCII)
_PUBLISHER_LENGTH_MAX = 60


def require_channel(channel: str) -> str:
    """Return the channel: stable, beta or `private:<company>`; raises ChannelMustBeKnown."""
    if channel in (STABLE, BETA) or _COMPANY.fullmatch(channel):
        return channel
    raise ChannelMustBeKnown(
        f"Channel {ascii(channel)[:60]}: expected {STABLE}, {BETA} or {PRIVATE}COMPANY.",
        evidence={
            "object": "channel",
            "expected": f"{STABLE}, {BETA}, {PRIVATE}COMPANY",
            "got": channel[:60],
        },
    )


def require_publisher(publisher: str) -> str:
    """Return the namespace of a publisher; raises PublisherMustBeNamed."""
    if len(publisher) <= _PUBLISHER_LENGTH_MAX and _PUBLISHER.fullmatch(publisher):
        return publisher
    raise PublisherMustBeNamed(
        f"Publisher {ascii(publisher)[:80]}: expected a domain, reversed, such as com.example.",
        evidence={"object": "publisher", "expected": "com.example", "got": publisher[:80]},
    )


def role_of(*, publisher: str, channel: str) -> str:
    """Return the role that lists this publisher's releases of this channel.

    Whoever reads the public list of roles learns of a private channel neither company nor publisher.
    """
    require_publisher(publisher)
    if not require_channel(channel).startswith(PRIVATE):
        return publisher
    return PRIVATE_ROLE + hashlib.sha256(f"{channel}\n{publisher}".encode()).hexdigest()[:32]


def is_private(role: str) -> bool:
    """Return whether a role lists releases of a private channel."""
    return role.startswith(PRIVATE_ROLE)


def pattern_of(role: str) -> str:
    """Return the paths that a role may list."""
    return f"{role}/*/*"


def target_path(*, role: str, plugin_id: str, version: str) -> str:
    """Return where a release stands."""
    return f"{role}/{plugin_id}/{plugin_id}-{version}{SUFFIX}"
