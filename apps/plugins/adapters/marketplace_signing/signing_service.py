# SPDX-License-Identifier: Apache-2.0
"""Sign bundles that two persons approved, and metadata that follows the rules. One at a time."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import replace

from tuf.api.metadata import Signed, Snapshot, Targets, Timestamp

from apps.plugins.adapters.marketplace_signing import metadata_rules as rules
from apps.plugins.adapters.marketplace_signing.keeper_signer import KeeperSigner
from apps.plugins.adapters.marketplace_signing.memory import MemoryFile
from apps.plugins.adapters.repository.distinct_keys import key_of
from apps.plugins.adapters.signing.signed_bundle import VerifiedBundle, add_signature, verify_bundle
from apps.plugins.domain.bundle import ATTESTATION, unpack_bundle
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.approved_release import (
    ApprovedRelease,
    ReleaseRegister,
    custom_of,
    require_two_persons,
)
from apps.plugins.domain.marketplace.errors import (
    KeysMustDiffer,
    ReleaseMustBeApproved,
    SignerMemoryMustBeKept,
)
from apps.plugins.domain.marketplace.names import SNAPSHOT, TARGETS, TIMESTAMP, role_of, target_path
from apps.plugins.domain.marketplace.signer_memory import Released, Remembered
from apps.plugins.domain.marketplace.signing import KEY_IDS, MadeSignature, SignerState
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement


class SigningService:
    """The keys of one marketplace, the memory that decides, and the register that tells who approved."""

    def __init__(
        self, *, keys: KeyManagement, memory: MemoryFile, register: ReleaseRegister, clock: Clock
    ) -> None:
        """Ask for public halves; raises KeyMustExist, SignerMemoryMustBeKept for other keys than before."""
        self._signers = {use: KeeperSigner(keys=keys, key_id=name) for use, name in KEY_IDS.items()}
        self._memory, self._register, self._clock = memory, register, clock
        self._lock = threading.Lock()
        self._require_the_keys(memory.read())

    def state(self) -> SignerState:
        """Return keys and versions."""
        remembered = self._memory.read()
        return SignerState(keys=remembered.keys, versions=remembered.versions)

    def review(self, *, bundle: bytes) -> bytes:
        """Return the bundle's attestation with the reviewer's signature; the memory is on the disk before.

        Raises: ReleaseMustBeApproved, ReleaseMustBeNewer, BundleMustBeAttested, BundleMustBeCanonical.
        """
        digest = hashlib.sha256(bundle).hexdigest()
        with self._lock:
            remembered = self._memory.read()
            release = self._register.approved(bundle_digest=digest)
            verified = self._verified(bundle, release, remembered)
            approved = require_two_persons(release, manifest=verified.manifest)
            signed = add_signature(untrusted_bundle=bundle, signer=self._signers["reviewer"])
            path, released = _released(signed, verified.manifest, approved)
            remembered.require_newer(path=path, released=released)
            self._memory.write(remembered.with_release(path=path, released=released))
        return unpack_bundle(signed)[ATTESTATION]

    def sign(self, *, role: str, payload: bytes) -> MadeSignature:
        """Return the signature over metadata; the memory is on the disk before.

        Raises: MetadataMustFollowTheRules, MetadataMustNotGoBack, PublisherMustBeAdmitted.
        """
        signed = rules.read_payload(role=role, payload=payload)
        with self._lock:
            remembered = self._memory.read()
            remembered.require_later(role=role, version=signed.version)
            rules.require_end(role=role, signed=signed, now=self._clock.now())
            after = self._judged(role, signed, remembered).with_signed(role=role, version=signed.version)
            use = role if role in (TARGETS, SNAPSHOT, TIMESTAMP) else "releases"
            made = self._signers[use].sign(payload)
            self._memory.write(after)
        return MadeSignature(keyid=made.keyid, signature=made.signature)

    def _judged(self, role: str, signed: Signed, remembered: Remembered) -> Remembered:
        """Hold metadata against the rules of its role, and return what is remembered of it."""
        if isinstance(signed, Timestamp):
            rules.require_timestamp(signed, remembered)
        elif isinstance(signed, Snapshot):
            rules.require_snapshot(signed, remembered)
            named = {name.removesuffix(".json"): meta.version for name, meta in signed.meta.items()}
            return replace(remembered, in_snapshot=named)
        elif isinstance(signed, Targets) and role == TARGETS:
            key = self._signers["releases"].public_key
            admitted = self._register.is_admitted
            rules.require_delegations(
                signed, remembered, key=key, is_admitted=lambda name: admitted(publisher=name)
            )
        elif isinstance(signed, Targets):
            rules.require_targets(signed, remembered, role=role)
            return remembered.with_listed(role=role, paths=tuple(sorted(signed.targets)))
        return remembered

    def _verified(
        self, bundle: bytes, release: ApprovedRelease | None, remembered: Remembered
    ) -> VerifiedBundle:
        """Return the bundle where keys that the database names signed it, and nobody else."""
        if release is None:
            raise ReleaseMustBeApproved(
                "Release: expected a review and a release of this bundle, got none. Nothing was signed.",
                evidence={"object": "release", "remedy": "have it reviewed and released"},
            )
        if remembered.keys["reviewer"] in release.publisher_keys:
            raise KeysMustDiffer(
                f"Publisher {release.publisher}: expected a key of its own, got the reviewer's.",
                evidence={"object": release.publisher},
            )
        keys = [key_of(public) for public in release.publisher_keys]
        return verify_bundle(untrusted_bundle=bundle, keys=keys, threshold=1)

    def _require_the_keys(self, remembered: Remembered) -> None:
        if (got := public_halves(self._signers)) != dict(remembered.keys):
            other = sorted(use for use in got if got[use] != remembered.keys.get(use))
            raise SignerMemoryMustBeKept(
                f"Keys {', '.join(other)}: expected those that signed before, got others. Where they were "
                "rotated on purpose, start once with --new-keys, then rotate the root.",
                evidence={"object": "keys", "got": other, "remedy": "see runbooks/marketplace-key-lost.md"},
            )


def public_halves(signers: Mapping[str, KeeperSigner]) -> dict[str, str]:
    """Return public halves by what they sign, hexadecimal."""
    return {use: str(signer.public_key.keyval["public"]) for use, signer in signers.items()}


def _released(signed: bytes, manifest: Manifest, release: ApprovedRelease) -> tuple[str, Released]:
    role = role_of(publisher=release.publisher, channel=release.channel)
    path = target_path(role=role, plugin_id=manifest.id, version=str(manifest.version))
    return path, Released(
        sha256=hashlib.sha256(signed).hexdigest(),
        length=len(signed),
        plugin_id=manifest.id,
        version=str(manifest.version),
        channel=release.channel,
        custom=custom_of(release, manifest=manifest),
    )
