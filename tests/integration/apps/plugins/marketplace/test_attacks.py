# SPDX-License-Identifier: Apache-2.0
"""Whoever stands between a client and the marketplace, or steals its online keys, leads nobody back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import Metadata, MetaFile, Root, TargetFile

from apps.plugins.adapters.repository.client import Seen, visit
from apps.plugins.adapters.repository.distinct_keys import key_of
from apps.plugins.adapters.repository.root import next_root, read_root, sign_root
from apps.plugins.domain import repository_errors as errors
from apps.plugins.domain.marketplace.errors import KeysMustDiffer
from apps.plugins.services.marketplace.install_root import install_root
from apps.plugins.services.marketplace.renew_metadata import renew_metadata
from apps.plugins.services.marketplace.withdraw_target import revoke_delegation, withdraw_target
from cortex.errors import CortexError
from tests.factories.marketplace import CONSOLE, HOLDERS, Marketplace
from tests.factories.plugin_bundles import STRANGER, public_of, renamed
from tests.factories.served_repository import BASE, Served, Thief, newest, version_of

PATH = "com.example/com.example.guard/com.example.guard-1.0.0.cortex-plugin"
TIMESTAMP = "metadata/timestamp.json"


class Instance:
    """Another installation: what it kept of earlier visits."""

    def __init__(self, shop: Marketplace) -> None:
        self.shop, self.root, self.seen, self.source = shop, shop.root(), Seen(), Served()

    def fetch(self, path: str = PATH) -> bytes:
        """Visit, fetch a path, and keep what was seen."""
        with visit(
            name="shop",
            trusted_root=self.root,
            seen=self.seen,
            source=self.source,
            base_url=BASE,
            at=self.shop.clock.now(),
        ) as visiting:
            content = visiting.content(target=visiting.target(path=path))
            self.seen = visiting.seen()
        return content

    def refused(self, kind: type[CortexError], path: str = PATH) -> None:
        """Fetch, and see it refused with nothing kept of it."""
        before = self.seen
        with pytest.raises(kind):
            self.fetch(path)
        assert self.seen == before


@pytest.fixture
def instance(shop: Marketplace) -> Instance:
    shop.release()
    return Instance(shop)


def target_file() -> str:
    target = Metadata.from_bytes(newest("com.example")).signed.targets[PATH]
    return "targets/" + target.get_prefixed_paths()[0]


class TestTarget:
    def test_is_fetched_and_what_was_seen_is_kept(self, instance: Instance) -> None:
        assert instance.fetch() == instance.fetch()
        assert instance.seen.newest == {
            "root": 1,
            "timestamp": version_of("timestamp"),
            "snapshot": version_of("snapshot"),
            "targets": version_of("targets"),
            "com.example": 1,
        }

    @pytest.mark.parametrize(
        ("change", "kind"),
        [
            (lambda file: file[:-1] + bytes([file[-1] ^ 1]), errors.RepositoryFileMustBeIntact),
            (lambda file: file[:-1], errors.RepositoryFileMustBeIntact),
            (lambda file: file + b"x", errors.RepositoryFileMustNotBeLonger),
            (lambda file: None, errors.RepositoryMustAnswer),
        ],
        ids=["tampered", "shorter", "longer", "withheld"],
    )
    def test_is_refused_where_it_is_not_what_was_signed(
        self, change: Callable[[bytes], bytes | None], kind: type[CortexError], instance: Instance
    ) -> None:
        file = target_file()
        whole = instance.source.now(file)
        assert whole is not None
        instance.source.instead[file] = change(whole)
        instance.refused(kind)

    def test_is_none_at_another_depth(self, instance: Instance) -> None:
        instance.refused(errors.RepositoryMustHaveTarget, "com.example/flat.cortex-plugin")

    def test_is_none_below_the_name_of_another_publisher(self, instance: Instance) -> None:
        shop, thief = instance.shop, Thief(instance.shop)
        shop.register.admitted.add("org.other")
        shop.release(plugin_id="org.other.tax", publisher="org.other")
        evil = "com.example/com.example.guard/com.example.guard-9.0.0.cortex-plugin"
        listed = TargetFile.from_data(evil, b"evil", ["sha256"])
        forged = thief.forged("org.other", lambda signed: signed.targets.update({evil: listed}))
        _publish_forged(instance, thief, "org.other", forged)
        instance.refused(errors.RepositoryMustHaveTarget, evil)

    def test_is_none_once_it_was_withdrawn(self, instance: Instance) -> None:
        instance.fetch()
        withdraw_target(
            plugin_id="com.example.guard",
            version="1.0.0",
            channel="stable",
            reason="Bad",
            withdrawn_by=CONSOLE,
        )
        instance.refused(errors.RepositoryMustHaveTarget)

    def test_is_none_once_its_publisher_was_revoked(self, instance: Instance) -> None:
        instance.fetch()
        revoke_delegation(publisher="com.example", reason="Stolen", revoked_by=CONSOLE)
        instance.refused(errors.RepositoryMustHaveTarget)
        Instance(instance.shop).refused(errors.RepositoryMustHaveTarget)


class TestRollback:
    def test_to_an_older_timestamp_is_refused(self, instance: Instance) -> None:
        instance.source.hold_back()
        held = dict(instance.source.instead)
        instance.source.instead = {}
        instance.shop.release("1.1.0")
        instance.fetch()
        instance.source.instead = held
        instance.refused(errors.RepositoryMustNotGoBack)

    def test_is_refused_although_all_that_was_kept_is_lost(self, instance: Instance) -> None:
        instance.source.hold_back()
        held = dict(instance.source.instead)
        instance.source.instead = {}
        instance.shop.release("1.1.0")
        instance.fetch()
        instance.source.instead, instance.seen = held, Seen(newest=instance.seen.newest)
        instance.refused(errors.RepositoryMustNotGoBack)

    def test_of_the_snapshot_by_a_thief_of_the_online_keys_is_refused(self, instance: Instance) -> None:
        instance.fetch()
        older = MetaFile(1)
        instance.source.instead[TIMESTAMP] = Thief(instance.shop).forged(
            "timestamp", lambda signed: setattr(signed, "snapshot_meta", older)
        )
        instance.refused(errors.RepositoryMustNotGoBack)

    def test_of_a_publishers_list_by_a_thief_of_the_online_keys_is_refused(self, instance: Instance) -> None:
        instance.shop.release("1.1.0")
        instance.fetch()
        thief, role = Thief(instance.shop), "com.example.json"
        snapshot = thief.forged("snapshot", lambda signed: signed.meta.update({role: MetaFile(1)}))
        _publish_snapshot(instance, thief, snapshot)
        instance.refused(errors.RepositoryMustNotGoBack)


class TestFreeze:
    def test_ends_with_the_timestamp(self, instance: Instance) -> None:
        instance.source.hold_back()
        instance.fetch()
        instance.shop.clock.at += timedelta(hours=23)
        instance.fetch()
        instance.shop.clock.at += timedelta(hours=2)
        instance.refused(errors.RepositoryMustBeFresh)
        fresh = Instance(instance.shop)
        fresh.source = instance.source
        fresh.refused(errors.RepositoryMustBeFresh)

    def test_is_none_where_metadata_is_renewed(self, instance: Instance) -> None:
        instance.fetch()
        # A timestamp, a snapshot with it, and everything.
        for passed in (timedelta(hours=23), timedelta(days=4), timedelta(days=61)):
            instance.shop.clock.at += passed
            assert renew_metadata(renewed_by=CONSOLE)
            assert instance.fetch()
        assert renew_metadata(renewed_by=CONSOLE) == []

    def test_by_an_expired_root_is_refused(self, instance: Instance) -> None:
        instance.shop.clock.at += timedelta(days=366)
        renew_metadata(renewed_by=CONSOLE)
        instance.refused(errors.RepositoryMustBeFresh)


class TestMetadata:
    def test_of_two_states_is_never_mixed(self, instance: Instance) -> None:
        first = instance.source.now("metadata/1.snapshot.json")
        instance.source.instead[f"metadata/{version_of('snapshot')}.snapshot.json"] = first
        instance.refused(errors.RepositoryFileMustBeIntact)

    def test_of_an_unknown_key_is_refused(self, instance: Instance) -> None:
        forged = Thief(instance.shop).forged("timestamp", lambda signed: None, signer=STRANGER)
        instance.source.instead[TIMESTAMP] = forged
        instance.refused(errors.RepositoryMustBeSigned)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [(b" " * 20_000, errors.RepositoryFileMustNotBeLonger), (b"{}", errors.RepositoryMustBeWellFormed)],
    )
    def test_without_end_or_sense_is_refused(
        self, content: bytes, kind: type[CortexError], instance: Instance
    ) -> None:
        instance.source.instead[TIMESTAMP] = content
        instance.refused(kind)


class TestRoot:
    def test_that_one_of_two_signed_is_refused(self, instance: Instance) -> None:
        instance.source.instead["metadata/2.root.json"] = _second_root(instance, holders=1)
        instance.refused(errors.RepositoryMustBeSigned)

    def test_that_two_signed_is_followed(self, instance: Instance) -> None:
        instance.fetch()
        install_root(untrusted_root=_second_root(instance, holders=2), installed_by=CONSOLE)
        assert instance.fetch() == Instance(instance.shop).fetch()
        assert instance.seen.newest["root"] == 2

    def test_in_which_one_key_has_two_names_is_refused(self, instance: Instance) -> None:
        """The library would count the key twice and trust this root."""
        metadata = Metadata[Root].from_bytes(_second_root(instance, holders=2))
        twin = renamed(HOLDERS[0].public_key, "f" * 64)
        metadata.signed.add_key(twin, "root")
        metadata.sign(HOLDERS[0])
        metadata.sign(HOLDERS[1], append=True)
        instance.source.instead["metadata/2.root.json"] = metadata.to_bytes()
        instance.refused(KeysMustDiffer)

    def test_of_the_administrator_is_never_learnt_from_the_repository(self, instance: Instance) -> None:
        mallory = Metadata[Root].from_bytes(instance.root)
        key: SSlibKey = key_of(public_of(STRANGER))
        mallory.signed.add_key(key, "root")
        mallory.sign(STRANGER)
        instance.source.instead["metadata/1.root.json"] = mallory.to_bytes()
        assert instance.fetch()


def _second_root(instance: Instance, *, holders: int) -> bytes:
    former = read_root(instance.root)
    end = instance.shop.clock.now().replace(microsecond=0) + timedelta(days=365)
    following = next_root(former, online={}, expires=end)
    for holder in HOLDERS[:holders]:
        sign_root(following, signer=holder, former=former.signed)
    return following.to_bytes()


def _publish_forged(instance: Instance, thief: Thief, role: str, content: bytes) -> None:
    """Serve a publisher's list, with a snapshot and a timestamp that fit it."""
    version = version_of(role) + 1
    instance.source.instead[f"metadata/{version}.{role}.json"] = content
    meta = MetaFile.from_data(version, content, ["sha256"])
    snapshot = thief.forged("snapshot", lambda signed: signed.meta.update({f"{role}.json": meta}))
    _publish_snapshot(instance, thief, snapshot)


def _publish_snapshot(instance: Instance, thief: Thief, snapshot: bytes) -> None:
    version = version_of("snapshot") + 1
    instance.source.instead[f"metadata/{version}.snapshot.json"] = snapshot
    meta = MetaFile.from_data(version, snapshot, ["sha256"])
    instance.source.instead[TIMESTAMP] = thief.forged(
        "timestamp", lambda signed: setattr(signed, "snapshot_meta", meta)
    )
