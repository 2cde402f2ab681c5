# SPDX-License-Identifier: Apache-2.0
"""Whose plugins begin with what: a domain, reversed, that nobody can mistake for another's."""

import re

from apps.plugins.domain.marketplace.publishing_errors import NamespaceMustBeFree, NamespaceMustBeWellFormed

LENGTH_MAX = 60
# As the manifest's `publisher`, with at least a domain and its ending; ASCII alone, so no letter of another
# script can stand for one of these.
_NAMESPACE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*){1,5}")
# What is read as something else in the fonts of most screens. Source: UTS #39, confusables within ASCII.
_READ_AS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("-", ""), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
# Endings under which anybody registers: whoever had one would be every publisher's publisher.
_SHARED = frozenset(
    {"com", "org", "net", "co.uk", "uk.co", "com.github", "io.github", "org.gitlab", "io.gitlab"}
)


def require_namespace(untrusted_namespace: str) -> str:
    """Return the namespace; raises NamespaceMustBeWellFormed."""
    if len(untrusted_namespace) > LENGTH_MAX or not _NAMESPACE.fullmatch(untrusted_namespace):
        raise _malformed(untrusted_namespace, "a domain of yours, reversed, such as com.example")
    if untrusted_namespace in _SHARED:
        raise _malformed(untrusted_namespace, "a domain of your own, and no ending that many share")
    return untrusted_namespace


def skeleton(namespace: str) -> str:
    """Return what a hasty reader sees: two namespaces with the same skeleton look alike."""
    seen = namespace
    for written, read in _READ_AS:
        seen = seen.replace(written, read)
    return seen


def overlap(one: str, other: str) -> bool:
    """Tell whether two namespaces are the same, or one lies below the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def namespace_must_be_free(namespace: str, *, taken: str) -> NamespaceMustBeFree:
    """Return the refusal; which namespaces are taken is public."""
    return NamespaceMustBeFree(
        f"Namespace {namespace}: expected one that is free, got one that is, lies below, contains or looks "
        f"like {taken}, which is claimed. If {namespace} is your domain, write to the platform.",
        evidence={"object": namespace, "expected": "a free namespace", "got": taken, "remedy": "write to us"},
    )


def _malformed(got: str, expected: str) -> NamespaceMustBeWellFormed:
    told = ascii(got)[:80]
    return NamespaceMustBeWellFormed(
        f"Namespace {told}: expected {expected}.",
        evidence={"object": "namespace", "expected": expected, "got": told},
    )
