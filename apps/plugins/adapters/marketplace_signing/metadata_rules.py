# SPDX-License-Identifier: Apache-2.0
"""What metadata must be like before the signing service signs it, whoever asks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from securesystemslib.signer import SSlibKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import DelegatedRole, Metadata, Signed, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import CanonicalJSONSerializer

from apps.plugins.domain.marketplace.errors import MetadataMustFollowTheRules, PublisherMustBeAdmitted
from apps.plugins.domain.marketplace.names import (
    SNAPSHOT,
    TARGETS,
    TIMESTAMP,
    is_private,
    pattern_of,
    require_publisher,
)
from apps.plugins.domain.marketplace.signer_memory import Remembered

# A stolen mirror can hold people back no longer than this.
EXPIRY_MAX = {TIMESTAMP: timedelta(days=1), SNAPSHOT: timedelta(days=7)}
OTHER_EXPIRY_MAX = timedelta(days=90)
_KINDS: dict[str, type[Signed]] = {TIMESTAMP: Timestamp, SNAPSHOT: Snapshot}


def read_payload(*, role: str, payload: bytes) -> Signed:
    """Return what the canonical bytes say, in their only form; raises MetadataMustFollowTheRules."""
    kind = _KINDS.get(role, Targets)
    try:
        signed: Signed = Metadata.from_bytes(b'{"signed":%b,"signatures":[]}' % payload).signed
        is_same = CanonicalJSONSerializer().serialize(signed) == payload
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError):
        raise refused(role, "metadata", "something else") from None
    if not isinstance(signed, kind) or not is_same or signed.unrecognized_fields:
        raise refused(role, f"{kind.__name__} in its canonical form, with no other members", "another form")
    return signed


def require_end(*, role: str, signed: Signed, now: datetime) -> None:
    """Refuse metadata that is over, or holds for too long."""
    longest = EXPIRY_MAX.get(role, OTHER_EXPIRY_MAX)
    if not now < signed.expires <= now + longest:
        raise refused(role, f"an end within {longest}", signed.expires.isoformat())


def require_timestamp(signed: Timestamp, remembered: Remembered) -> None:
    """Let a timestamp name the snapshot that was signed last, with length and digest."""
    meta, last = signed.snapshot_meta, remembered.versions.get(SNAPSHOT, 0)
    if meta.version != last or not meta.length or set(meta.hashes or {}) != {"sha256"}:
        raise refused(TIMESTAMP, f"snapshot {last} with length and SHA-256", str(meta.version))


def require_snapshot(signed: Snapshot, remembered: Remembered) -> None:
    """Let a snapshot name what was signed, nothing older than the last one did, and leave nothing out."""
    named = {name.removesuffix(".json"): meta for name, meta in signed.meta.items()}
    for role in {TARGETS, *remembered.in_snapshot} - set(named):
        raise refused(SNAPSHOT, f"{role} in it", "none")
    for role, meta in named.items():
        least, most = remembered.in_snapshot.get(role, 1), remembered.versions.get(role, 0)
        if not least <= meta.version <= most:
            raise refused(SNAPSHOT, f"{role} from {least} to {most}", str(meta.version))
        if not meta.length or set(meta.hashes or {}) != {"sha256"}:
            raise refused(SNAPSHOT, f"{role} with length and SHA-256", "less")


def require_delegations(
    signed: Targets, remembered: Remembered, *, key: SSlibKey, is_admitted: Callable[[str], bool]
) -> None:
    """Let the list of publishers have one terminating delegation each, of its own namespace alone.

    Raises: MetadataMustFollowTheRules, PublisherMustBeNamed, PublisherMustBeAdmitted.
    """
    delegations = signed.delegations
    if signed.targets or delegations is None or delegations.succinct_roles is not None:
        raise refused(TARGETS, "delegations alone", "others")
    if delegations.unrecognized_fields or [each.to_dict() for each in delegations.keys.values()] != [
        key.to_dict()
    ]:
        raise refused(TARGETS, "the one key of releases", "others")
    for name, role in (delegations.roles or {}).items():
        expected = DelegatedRole(name, [key.keyid], 1, True, paths=[pattern_of(name)])
        if role != expected:
            raise refused(TARGETS, f"a terminating delegation of {pattern_of(name)}", ascii(role.paths)[:80])
        _require_role(name, remembered, is_admitted)


def require_targets(signed: Targets, remembered: Remembered, *, role: str) -> None:
    """Let a publisher's list name bundles that were reviewed, and none that was withdrawn.

    Raises: MetadataMustFollowTheRules.
    """
    if not is_private(role):
        require_publisher(role)
    if signed.delegations is not None:
        raise refused(role, "targets alone", "delegations")
    for path, target in signed.targets.items():
        released = remembered.released.get(path)
        if released is None or released.is_withdrawn or not path.startswith(f"{role}/"):
            raise refused(role, "bundles that were reviewed for it and not withdrawn", ascii(path)[:120])
        expected = TargetFile(
            released.length, {"sha256": released.sha256}, path, {"custom": dict(released.custom)}
        )
        if target != expected:
            raise refused(role, f"{path} as it was reviewed", "other bytes or words")


def refused(role: str, expected: str, got: str) -> MetadataMustFollowTheRules:
    """Return the refusal of metadata."""
    return MetadataMustFollowTheRules(
        f"Metadata of {ascii(role)[:60]}: expected {expected}, got {got}. It was not signed.",
        evidence={"object": role[:60], "expected": expected, "got": got},
    )


def _require_role(name: str, remembered: Remembered, is_admitted: Callable[[str], bool]) -> None:
    if is_private(name):
        if not any(path.startswith(f"{name}/") for path in remembered.released):
            raise refused(TARGETS, "private channels with a release", ascii(name)[:60])
    elif not is_admitted(require_publisher(name)):
        raise PublisherMustBeAdmitted(
            f"Publisher {name}: expected to be admitted by the database, got none or a revoked one.",
            evidence={"object": name, "expected": "admitted"},
        )
