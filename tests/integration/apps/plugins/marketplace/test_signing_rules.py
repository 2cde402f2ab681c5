# SPDX-License-Identifier: Apache-2.0
"""The signing service signs what follows the rules, whoever asks, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tuf.api.metadata import DelegatedRole, Metadata, MetaFile, TargetFile
from tuf.api.serialization.json import CanonicalJSONSerializer

from apps.plugins.adapters.repository.distinct_keys import key_of
from apps.plugins.adapters.signing.signed_bundle import verify_published
from apps.plugins.domain.bundle import ATTESTATION, pack_bundle, unpack_bundle
from apps.plugins.domain.errors import BundleMustBeAttested
from apps.plugins.domain.marketplace import errors
from cortex.errors import CortexError
from tests.factories.marketplace import ALICE, BOB, CHARLIE, Marketplace, approved, bundle_of
from tests.factories.plugin_bundles import PUBLISHER, STRANGER, public_of
from tests.factories.served_repository import newest

PATH = "com.example/com.example.guard/com.example.guard-1.0.0.cortex-plugin"


def approve(shop: Marketplace, bundle: bytes, version: str = "1.0.0", **changed: object) -> None:
    told = approved(bundle, version, **changed)
    shop.register.releases[told.bundle_digest] = told


def asked(shop: Marketplace, role: str, change: Callable[[Any], None]) -> None:
    """Ask for the newest metadata of a role with a change, one version later."""
    metadata: Metadata[Any] = Metadata.from_bytes(newest(role))
    metadata.signed.version += 1
    change(metadata.signed)
    shop.service.sign(role=role, payload=CanonicalJSONSerializer().serialize(metadata.signed))


def refused(
    shop: Marketplace, role: str, change: Callable[[Any], None], kind: type[CortexError] | None = None
) -> None:
    before = shop.memory.read()
    with pytest.raises(kind or errors.MetadataMustFollowTheRules):
        asked(shop, role, change)
    assert shop.memory.read() == before


class TestReview:
    def test_adds_the_reviewers_signature(self, shop: Marketplace) -> None:
        bundle = bundle_of()
        approve(shop, bundle)
        signed = pack_bundle({**unpack_bundle(bundle), ATTESTATION: shop.service.review(bundle=bundle)})
        verified = verify_published(
            untrusted_bundle=signed,
            publisher_keys=[PUBLISHER.public_key],
            reviewer_keys=[key_of(shop.public["reviewer"])],
        )
        assert str(verified.manifest.version) == "1.0.0"

    @pytest.mark.parametrize(
        "changed",
        [
            {"released_by": BOB},
            {"reviewed_by": ALICE},
            {"released_by": ALICE},
            {"released_by": f"client:robot:{CHARLIE}", "reviewed_by": CHARLIE},
            {"released_by": "client:robot"},
            {"released_by": "service:scheduler"},
            {"version": "1.0.1"},
            {"plugin_id": "com.example.other"},
            {"publisher": "org.other"},
        ],
    )
    def test_is_refused_where_the_database_tells_of_fewer_than_three_people_or_of_another_version(
        self, changed: dict[str, Any], shop: Marketplace
    ) -> None:
        bundle = bundle_of()
        approve(shop, bundle, **changed)
        with pytest.raises(errors.ReleaseMustBeApproved):
            shop.service.review(bundle=bundle)
        assert shop.memory.read().released == {}

    def test_is_refused_where_nothing_was_approved(self, shop: Marketplace) -> None:
        approve(shop, bundle_of("2.0.0"), "2.0.0")
        with pytest.raises(errors.ReleaseMustBeApproved):
            shop.service.review(bundle=bundle_of())

    def test_is_refused_where_another_key_signed(self, shop: Marketplace) -> None:
        bundle = bundle_of(signer=STRANGER)
        approve(shop, bundle)
        with pytest.raises(BundleMustBeAttested):
            shop.service.review(bundle=bundle)

    def test_is_refused_where_the_publisher_has_the_reviewers_key(self, shop: Marketplace) -> None:
        bundle = bundle_of()
        approve(shop, bundle, publisher_keys=(public_of(PUBLISHER), shop.public["reviewer"]))
        with pytest.raises(errors.KeysMustDiffer):
            shop.service.review(bundle=bundle)

    @pytest.mark.parametrize("version", ["1.4.9", "1.5.0-rc.1", "0.9.0"])
    def test_is_never_of_a_downgrade(self, version: str, shop: Marketplace) -> None:
        shop.release("1.5.0")
        bundle = bundle_of(version)
        approve(shop, bundle, version)
        with pytest.raises(errors.ReleaseMustBeNewer):
            shop.service.review(bundle=bundle)

    def test_of_another_channel_has_its_own_order(self, shop: Marketplace) -> None:
        shop.release("2.0.0-rc.1", channel="beta")
        shop.release("1.0.0")

    def test_is_of_one_bundle_for_each_version(self, shop: Marketplace) -> None:
        shop.release()
        other = bundle_of(signer=STRANGER)
        approve(shop, other, publisher_keys=(public_of(STRANGER),))
        with pytest.raises(errors.ReleaseMustBeNewer):
            shop.service.review(bundle=other)


class TestSign:
    def test_never_goes_back(self, shop: Marketplace) -> None:
        for role in ("targets", "snapshot", "timestamp"):
            same: Callable[[Any], None] = lambda signed: setattr(signed, "version", signed.version - 1)  # noqa: E731
            refused(shop, role, same, errors.MetadataMustNotGoBack)

    @pytest.mark.parametrize(
        ("role", "days"), [("timestamp", 2), ("snapshot", 8), ("targets", 91), ("timestamp", -1)]
    )
    def test_bounds_how_long_metadata_holds(self, role: str, days: int, shop: Marketplace) -> None:
        end = shop.clock.now().replace(microsecond=0) + timedelta(days=days)
        refused(shop, role, lambda signed: setattr(signed, "expires", end))

    def test_lets_a_timestamp_name_the_newest_snapshot_alone(self, shop: Marketplace) -> None:
        shop.release()
        refused(shop, "timestamp", lambda signed: setattr(signed.snapshot_meta, "version", 1))
        refused(shop, "timestamp", lambda signed: setattr(signed.snapshot_meta, "hashes", None))

    def test_lets_a_snapshot_leave_nothing_out_and_name_nothing_older(self, shop: Marketplace) -> None:
        shop.release()
        shop.release("1.1.0")
        refused(shop, "snapshot", lambda signed: signed.meta.pop("com.example.json"))
        refused(shop, "snapshot", lambda signed: signed.meta.update({"com.example.json": MetaFile(1)}))
        refused(shop, "snapshot", lambda signed: signed.meta.update({"org.other.json": MetaFile(1)}))

    @pytest.mark.parametrize("paths", [["*/*/*"], ["org.other/*/*"], ["com.example/*/*", "x/*/*"]])
    def test_lets_a_publisher_have_its_own_namespace_alone(self, paths: list[str], shop: Marketplace) -> None:
        shop.release()

        def widen(signed: Any) -> None:
            signed.delegations.roles["com.example"].paths = paths

        refused(shop, "targets", widen)

    def test_wants_delegations_to_end_the_search(self, shop: Marketplace) -> None:
        shop.release()
        refused(
            shop,
            "targets",
            lambda signed: setattr(signed.delegations.roles["com.example"], "terminating", False),
        )

    def test_delegates_to_nobody_whom_the_database_does_not_admit(self, shop: Marketplace) -> None:
        key = key_of(shop.public["releases"])

        def add(signed: Any) -> None:
            role = DelegatedRole("org.other", [key.keyid], 1, True, paths=["org.other/*/*"])
            signed.delegations.roles["org.other"] = role

        refused(shop, "targets", add, errors.PublisherMustBeAdmitted)

    def test_delegates_to_no_other_key(self, shop: Marketplace) -> None:
        shop.release()
        refused(shop, "targets", lambda signed: signed.add_key(STRANGER.public_key, "com.example"))

    def test_lists_nothing_that_was_not_reviewed(self, shop: Marketplace) -> None:
        shop.release()
        evil = "com.example/com.example.guard/com.example.guard-9.0.0.cortex-plugin"
        refused(
            shop,
            "com.example",
            lambda signed: signed.targets.update({evil: TargetFile.from_data(evil, b"evil", ["sha256"])}),
        )
        refused(shop, "com.example", lambda signed: setattr(signed.targets[PATH], "length", 1))
        refused(shop, "com.example", lambda signed: signed.targets[PATH].custom.update({"channel": "beta"}))

    def test_lists_nothing_below_another_name(self, shop: Marketplace) -> None:
        shop.release()
        shop.register.admitted.add("org.other")
        shop.release(plugin_id="org.other.tax", publisher="org.other")
        target = Metadata.from_bytes(newest("com.example")).signed.targets[PATH]
        refused(shop, "org.other", lambda signed: signed.targets.update({PATH: target}))

    def test_lists_nothing_again_that_was_listed_no_more(self, shop: Marketplace) -> None:
        shop.release()
        kept = newest("com.example")
        asked(shop, "com.example", lambda signed: signed.targets.clear())
        metadata: Metadata[Any] = Metadata.from_bytes(kept)
        metadata.signed.version += 2
        with pytest.raises(errors.MetadataMustFollowTheRules):
            shop.service.sign(
                role="com.example", payload=CanonicalJSONSerializer().serialize(metadata.signed)
            )

    @pytest.mark.parametrize("role", ["root", "mirrors", "Targets", "../x", "", "com"])
    def test_signs_for_no_other_role(self, role: str, shop: Marketplace) -> None:
        shop.release()
        metadata: Metadata[Any] = Metadata.from_bytes(newest("com.example"))
        metadata.signed.version += 9
        metadata.signed.targets = {}
        with pytest.raises(CortexError) as refusal:
            shop.service.sign(role=role, payload=CanonicalJSONSerializer().serialize(metadata.signed))
        assert refusal.value.code in (
            "plugins.publisher_must_be_named",
            "plugins.metadata_must_follow_the_rules",
        )

    @pytest.mark.parametrize(
        "payload", [b"", b"{}", b"[]", b"\xff", b'{"_type": "timestamp"}', b"[" * 100_000]
    )
    def test_signs_nothing_that_is_no_metadata(self, payload: bytes, shop: Marketplace) -> None:
        with pytest.raises(errors.MetadataMustFollowTheRules):
            shop.service.sign(role="timestamp", payload=payload)

    def test_signs_canonical_bytes_alone(self, shop: Marketplace) -> None:
        metadata: Metadata[Any] = Metadata.from_bytes(newest("timestamp"))
        metadata.signed.version += 1
        spaced = json.dumps(metadata.signed.to_dict(), indent=1).encode()
        with pytest.raises(errors.MetadataMustFollowTheRules):
            shop.service.sign(role="timestamp", payload=spaced)


class TestMemory:
    def test_is_what_a_new_start_goes_on_with(self, shop: Marketplace) -> None:
        shop.release("1.1.0")
        before = shop.memory.read()
        shop.service = shop.started()
        assert shop.service.state().versions == before.versions
        bundle = bundle_of("1.0.0")
        approve(shop, bundle)
        with pytest.raises(errors.ReleaseMustBeNewer):
            shop.service.review(bundle=bundle)

    def test_keeps_a_service_with_other_keys_from_starting(self, shop: Marketplace) -> None:
        shop.material.add_version(key_id="cortex-marketplace-timestamp")
        with pytest.raises(errors.SignerMemoryMustBeKept, match="timestamp"):
            shop.started()
        shop.memory.write(replace(shop.memory.read(), keys=shop.public))
        assert shop.started()

    def test_belongs_to_one_service_at_a_time(self, shop: Marketplace) -> None:
        with shop.memory.held(), pytest.raises(errors.SignerMemoryMustBeKept), shop.memory.held():
            pass

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null"])
    def test_that_cannot_be_read_signs_nothing(self, content: bytes, shop: Marketplace) -> None:
        shop.memory.path.write_bytes(content)
        with pytest.raises(errors.SignerMemoryMustBeKept):
            shop.service.state()
