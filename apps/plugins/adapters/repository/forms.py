# SPDX-License-Identifier: Apache-2.0
"""Metadata before it is signed, made of what is listed and of what was signed before."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from securesystemslib.signer import Signature
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import CanonicalJSONSerializer, JSONSerializer

from apps.plugins.adapters.repository.distinct_keys import key_of
from apps.plugins.domain.marketplace.names import SNAPSHOT, TIMESTAMP, TOP_LEVEL, pattern_of
from apps.plugins.domain.marketplace.signing import MarketplaceSigner

# How long each holds, and how long before its end a new one is made.
LIFE: Mapping[str, timedelta] = {TIMESTAMP: timedelta(hours=24), SNAPSHOT: timedelta(days=7)}
RENEWED_BEFORE: Mapping[str, timedelta] = {TIMESTAMP: timedelta(hours=18), SNAPSHOT: timedelta(days=4)}
OTHER_LIFE, OTHER_RENEWED_BEFORE = timedelta(days=90), timedelta(days=30)
_HASHES = ["sha256"]


def end_of(role: str, *, now: datetime) -> datetime:
    """Return until when metadata that is made now holds; whole seconds, as it is written."""
    return now.replace(microsecond=0) + LIFE.get(role, OTHER_LIFE)


def is_due(role: str, signed: Signed, *, now: datetime) -> bool:
    """Return whether a new version is to be made."""
    return signed.expires - RENEWED_BEFORE.get(role, OTHER_RENEWED_BEFORE) <= now


def delegating(roles: Iterable[str], *, releases_key: str, version: int, expires: datetime) -> Targets:
    """Return the list of publishers: one terminating delegation each, of its own namespace."""
    key = key_of(releases_key)
    delegated = {
        role: DelegatedRole(role, [key.keyid], 1, True, paths=[pattern_of(role)]) for role in sorted(roles)
    }
    delegations = Delegations(keys={key.keyid: key}, roles=delegated)
    return Targets(version=version, expires=expires, targets={}, delegations=delegations)


def listing(targets: Iterable[TargetFile], *, version: int, expires: datetime) -> Targets:
    """Return the list of one publisher."""
    return Targets(version=version, expires=expires, targets={each.path: each for each in targets})


def target_of(*, path: str, digest: str, length: int, custom: Mapping[str, object]) -> TargetFile:
    """Return the entry of one bundle."""
    return TargetFile(length, {"sha256": digest}, path, {"custom": dict(custom)})


def snapshot_of(files: Mapping[str, tuple[int, bytes]], *, version: int, expires: datetime) -> Snapshot:
    """Return the snapshot of these versions and bytes, by role."""
    meta = {f"{role}.json": _meta(*file) for role, file in sorted(files.items())}
    return Snapshot(version=version, expires=expires, meta=meta)


def timestamp_of(snapshot: tuple[int, bytes], *, version: int, expires: datetime) -> Timestamp:
    """Return the timestamp of a snapshot's version and bytes."""
    return Timestamp(version=version, expires=expires, snapshot_meta=_meta(*snapshot))


def signed_file(role: str, signed: Signed, *, signer: MarketplaceSigner) -> bytes:
    """Return the file that is served, with the signing service's signature."""
    made = signer.sign(role=role, payload=CanonicalJSONSerializer().serialize(signed))
    signature = Signature(made.keyid, made.signature)
    return JSONSerializer(compact=True).serialize(Metadata(signed, {made.keyid: signature}))


def read_targets(content: bytes) -> Targets:
    """Return what a file of ours lists."""
    return Metadata[Targets].from_bytes(content).signed


def read_signed(content: bytes) -> Signed:
    """Return what a file of ours says."""
    signed: Signed = Metadata.from_bytes(content).signed
    return signed


def delegated_roles(content: bytes) -> set[str]:
    """Return the roles that the file of `targets` delegates to."""
    delegations = read_targets(content).delegations
    return set(delegations.roles or {}) if delegations else set()


def is_listing(role: str) -> bool:
    """Return whether a role is a publisher's."""
    return role not in TOP_LEVEL


def _meta(version: int, content: bytes) -> MetaFile:
    return MetaFile.from_data(version, content, _HASHES)
