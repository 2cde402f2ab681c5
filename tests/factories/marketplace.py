# SPDX-License-Identifier: Apache-2.0
"""A marketplace in memory: its keys, the holders of its root, a register that is told what was approved."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from apps.plugins.adapters.marketplace_signing.keeper_signer import KeeperSigner
from apps.plugins.adapters.marketplace_signing.memory import MemoryFile
from apps.plugins.adapters.marketplace_signing.signing_service import SigningService, public_halves
from apps.plugins.adapters.repository.root import new_root, sign_root
from apps.plugins.adapters.signing.signed_bundle import sign_members
from apps.plugins.domain.bundle import MANIFEST
from apps.plugins.domain.marketplace.approved_release import ApprovedRelease, ReleaseRegister
from apps.plugins.domain.marketplace.signer_memory import Remembered
from apps.plugins.domain.marketplace.signing import KEY_IDS, MarketplaceSigner
from apps.plugins.services.marketplace.install_root import install_root
from apps.plugins.services.marketplace.publish_target import publish_target
from cortex.confidential import Secret
from cortex.container.override import override
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.secrets.keyring.local import LocalKeyManagement
from tests.factories.clocks import StoppedClock
from tests.factories.plugin_bundles import MEMBERS, PUBLISHER, public_of, signer_of

ALICE, BOB, CHARLIE = (f"user:00000000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
HOLDERS: tuple[CryptoSigner, ...] = tuple(map(signer_of, (11, 12, 13)))
NAMESPACE = "com.example"
CONSOLE = Principal.service("console")


class KeysInMemory:
    """Key material of as many versions as were made, the same at every run."""

    keeper, remedy = "memory", "none"

    def __init__(self) -> None:
        self.made: dict[str, int] = {}

    def versions(self, *, key_id: str) -> Mapping[int, Secret]:
        """Return what follows from name and version."""
        numbers = range(1, self.made.get(key_id, 1) + 1)
        return {n: Secret(hashlib.sha256(f"{key_id} {n}".encode()).hexdigest()) for n in numbers}

    def add_version(self, *, key_id: str) -> int:
        """Make one more."""
        self.made[key_id] = self.made.get(key_id, 1) + 1
        return self.made[key_id]


@dataclass
class Register:
    """Tells what it was told."""

    releases: dict[str, ApprovedRelease] = field(default_factory=dict)
    admitted: set[str] = field(default_factory=lambda: {NAMESPACE})

    def approved(self, *, bundle_digest: str) -> ApprovedRelease | None:
        """Return the release of this bundle."""
        return self.releases.get(bundle_digest)

    def is_admitted(self, *, publisher: str) -> bool:
        """Return whether it is among them."""
        return publisher in self.admitted


def bundle_of(
    version: str = "1.0.0", *, plugin_id: str = "com.example.guard", signer: CryptoSigner = PUBLISHER
) -> bytes:
    """Return a bundle of this version as its publisher signed it."""
    publisher = plugin_id.rpartition(".")[0]
    text = (
        f"format: 1\nid: {plugin_id}\nversion: {version}\ncortex: '>=0.1.0'\nname: Guard\n"
        f"description: It guards.\npublisher: {publisher}\nlicence: MIT\nsupport: 'mailto:a@example.com'\n"
        "entry_points:\n  jobs:\n    - {name: nightly, schedule: '0 3 * * *', handler: on_night}\n"
    )
    return sign_members(members={**MEMBERS, MANIFEST: text.encode()}, signer=signer)


def approved(bundle: bytes, version: str = "1.0.0", **changed: object) -> ApprovedRelease:
    """Return a release that three people stand behind."""
    told: dict[str, object] = {
        "bundle_digest": hashlib.sha256(bundle).hexdigest(),
        "plugin_id": "com.example.guard",
        "version": version,
        "publisher": NAMESPACE,
        "channel": "stable",
        "submitted_by": ALICE,
        "reviewed_by": BOB,
        "released_by": CHARLIE,
        "publisher_keys": (public_of(PUBLISHER),),
        **changed,
    }
    return ApprovedRelease(**told)  # type: ignore[arg-type] # of the fields' own types


@dataclass
class Marketplace:
    """All parts of one."""

    directory: Path
    clock: StoppedClock
    register: Register = field(default_factory=Register)
    material: KeysInMemory = field(default_factory=KeysInMemory)

    def __post_init__(self) -> None:
        self.keys = LocalKeyManagement(self.material)
        self.memory = MemoryFile(self.directory / "memory.json")
        self.memory.write(Remembered(keys=self.public))
        self.service = self.started()

    @property
    def public(self) -> dict[str, str]:
        """Public halves by what they sign."""
        signers = {use: KeeperSigner(keys=self.keys, key_id=name) for use, name in KEY_IDS.items()}
        return public_halves(signers)

    def started(self) -> SigningService:
        """Return the signing service as it starts with what is remembered."""
        return SigningService(keys=self.keys, memory=self.memory, register=self.register, clock=self.clock)

    def root(self) -> bytes:
        """Return the first root, signed by two of its three holders."""
        metadata = new_root(
            root_keys=[each.public_key for each in HOLDERS],
            threshold=2,
            online={use: self.public[use] for use in ("targets", "snapshot", "timestamp")},
            expires=self.clock.now().replace(microsecond=0) + timedelta(days=365),
        )
        for holder in HOLDERS[:2]:
            sign_root(metadata, signer=holder)
        return metadata.to_bytes()

    def release(self, version: str = "1.0.0", **changed: object) -> bytes:
        """Approve and publish a version, and return the bundle as its publisher signed it."""
        plugin_id = str(changed.get("plugin_id", "com.example.guard"))
        return self.release_bundle(bundle_of(version, plugin_id=plugin_id), version, **changed)

    def release_bundle(self, bundle: bytes, version: str = "1.0.0", **changed: object) -> bytes:
        """Approve and publish a bundle that its publisher signed."""
        told = approved(bundle, version, **changed)
        self.register.releases[told.bundle_digest] = told
        publish_target(bundle=bundle, channel=told.channel, publisher=told.publisher, released_by=CONSOLE)
        return bundle

    @contextmanager
    def open(self) -> Iterator["Marketplace"]:
        """Stand for the ports."""
        with (
            override(Clock, self.clock),
            override(ReleaseRegister, self.register),
            override(MarketplaceSigner, self.service),
        ):
            yield self


@contextmanager
def marketplace(directory: Path) -> Iterator[Marketplace]:
    """Give a marketplace whose root is installed, in the open test's database."""
    with Marketplace(directory, StoppedClock()).open() as opened:
        install_root(untrusted_root=opened.root(), installed_by=CONSOLE)
        yield opened
