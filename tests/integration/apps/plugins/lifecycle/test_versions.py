# SPDX-License-Identifier: Apache-2.0
"""Keys that count, and versions that are added: signed by both, once, of one publisher, for this release."""

import hashlib

import pytest

from apps.plugins.domain.bundle import ATTESTATION, COMPONENT, MANIFEST, pack_bundle, unpack_bundle
from apps.plugins.domain.call_errors import ComponentMustCompile
from apps.plugins.domain.errors import (
    BundleMustBeAttested,
    PluginKeyMustBeWellFormed,
    PluginMustFitThisRelease,
)
from apps.plugins.domain.lifecycle_errors import (
    KeyMustBeNew,
    KeyMustHaveARole,
    PluginMustKeepItsPublisher,
    VersionMustBeNew,
)
from apps.plugins.models import PluginVersion, StoredBundle, TrustedKey
from apps.plugins.services.add_version import add_version
from apps.plugins.services.revoke_key import revoke_key
from apps.plugins.services.trust_key import trust_key
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from cortex.ports.principal import Principal
from tests.factories.installed_plugins import (
    CONSOLE,
    GUARD,
    added,
    bundle,
    key_text,
    manifest_text,
    small_component,
    trusted,
)
from tests.factories.people import Cast
from tests.factories.plugin_bundles import PUBLISHER, REVIEWER, STRANGER

pytestmark = pytest.mark.django_db


class TestTrustKey:
    def test_keeps_the_id_that_follows_from_the_key(self, keys: None) -> None:
        rows = {row.role: row for row in TrustedKey.objects.all()}
        assert rows["publisher"].keyid == PUBLISHER.public_key.keyid
        assert rows["publisher"].public_key == PUBLISHER.public_key.keyval["public"]
        assert (rows["publisher"].publisher, rows["reviewer"].publisher) == ("com.example", "")

    @pytest.mark.parametrize(("role", "publisher"), [("reviewer", ""), ("publisher", "org.other")])
    def test_refuses_a_key_in_a_second_role(self, keys: None, role: str, publisher: str) -> None:
        with pytest.raises(KeyMustBeNew):
            trusted(PUBLISHER, role=role, publisher=publisher)
        assert TrustedKey.objects.count() == 2

    def test_refuses_a_key_that_is_written_in_capitals(self, keys: None) -> None:
        digits = PUBLISHER.public_key.keyval["public"]
        shouted = key_text(PUBLISHER).replace(digits.encode(), digits.upper().encode())
        assert shouted != key_text(PUBLISHER)
        with pytest.raises(KeyMustBeNew):
            trust_key(role="reviewer", publisher="", untrusted_key=shouted, trusted_by=CONSOLE)

    def test_refuses_a_key_that_was_revoked(self, keys: None) -> None:
        revoke_key(keyid=PUBLISHER.public_key.keyid, reason="stolen", revoked_by=CONSOLE)
        with pytest.raises(KeyMustBeNew):
            trusted(PUBLISHER)

    @pytest.mark.parametrize(
        ("role", "publisher"),
        [("publisher", ""), ("publisher", "Com.Example"), ("reviewer", "com.example"), ("admin", "")],
    )
    def test_refuses_other_roles_and_names(self, role: str, publisher: str) -> None:
        with pytest.raises(KeyMustHaveARole):
            trust_key(role=role, publisher=publisher, untrusted_key=key_text(PUBLISHER), trusted_by=CONSOLE)

    def test_refuses_what_is_no_key(self) -> None:
        with pytest.raises(PluginKeyMustBeWellFormed):
            trust_key(role="reviewer", publisher="", untrusted_key=b"{}", trusted_by=CONSOLE)


class TestAddVersion:
    def test_keeps_what_was_signed(self, keys: None) -> None:
        content = bundle()
        row = add_version(untrusted_bundle=content, added_by=CONSOLE)
        assert (row.plugin_id, row.version, row.publisher) == (GUARD, "1.0.0", "com.example")
        assert row.bundle_digest == hashlib.sha256(content).hexdigest()
        assert row.component_digest == hashlib.sha256(small_component()).hexdigest()
        assert row.manifest_text == manifest_text()
        assert row.capabilities == [
            "data:accounting.journal_entry#read#number",
            "event.in:accounting.journal_entry.posted.v1",
        ]
        assert row.signed_by == sorted([PUBLISHER.public_key.keyid, REVIEWER.public_key.keyid])
        assert bytes(StoredBundle.objects.get().content) == content

    def test_finds_the_same_bundle_again(self, keys: None) -> None:
        assert added().id == added().id

    def test_refuses_a_bundle_without_a_reviewer(self, keys: None) -> None:
        with pytest.raises(BundleMustBeAttested, match="reviewers"):
            add_version(untrusted_bundle=bundle(reviewed_by=None), added_by=CONSOLE)
        assert not StoredBundle.objects.exists()

    def test_refuses_keys_that_nobody_trusts(self, keys: None) -> None:
        with pytest.raises(BundleMustBeAttested):
            add_version(untrusted_bundle=bundle(by=STRANGER), added_by=CONSOLE)

    def test_refuses_a_publisher_below_anothers_name(self, keys: None) -> None:
        trusted(STRANGER, publisher="com.other")
        forged = bundle(by=STRANGER)
        with pytest.raises(BundleMustBeAttested):
            add_version(untrusted_bundle=forged, added_by=CONSOLE)

    def test_refuses_a_manifest_that_was_widened_after_it_was_signed(self, keys: None) -> None:
        members = unpack_bundle(bundle())
        wider = manifest_text(fields="number, narration").encode()
        with pytest.raises(BundleMustBeAttested, match="other bytes"):
            add_version(untrusted_bundle=pack_bundle({**members, MANIFEST: wider}), added_by=CONSOLE)

    def test_refuses_another_publishers_version_of_a_known_plugin(self, keys: None) -> None:
        added(plugin_id="com.example.sub.guard", publisher="com.example")
        trusted(STRANGER, publisher="com.example.sub")
        taken = bundle(
            by=STRANGER,
            text=manifest_text(
                plugin_id="com.example.sub.guard", publisher="com.example.sub", version="2.0.0"
            ),
        )
        with pytest.raises(PluginMustKeepItsPublisher):
            add_version(untrusted_bundle=taken, added_by=CONSOLE)

    def test_refuses_another_bundle_of_the_same_version(self, keys: None) -> None:
        added()
        with pytest.raises(VersionMustBeNew):
            added(fields="number, narration")
        assert PluginVersion.objects.count() == 1

    def test_refuses_what_is_for_another_release(self, keys: None) -> None:
        with pytest.raises(PluginMustFitThisRelease):
            added(cortex=">=99.0.0")

    def test_refuses_what_does_not_compile(self, keys: None) -> None:
        from apps.plugins.adapters.signing.signed_bundle import add_signature, sign_members

        members = {**unpack_bundle(bundle()), COMPONENT: b"\0asm junk"}
        del members[ATTESTATION]
        signed = add_signature(
            untrusted_bundle=sign_members(members=members, signer=PUBLISHER), signer=REVIEWER
        )
        with pytest.raises(ComponentMustCompile):
            add_version(untrusted_bundle=signed, added_by=CONSOLE)
        assert not PluginVersion.objects.exists()


class TestWhoMay:
    def test_a_controller_adds_no_version_and_trusts_no_key(self, people: Cast) -> None:
        with pytest.raises(AccessMustBeGranted):
            trust_key(
                role="reviewer",
                publisher="",
                untrusted_key=key_text(REVIEWER),
                trusted_by=people.alice_principal,
            )
        with pytest.raises(AccessMustBeGranted):
            add_version(untrusted_bundle=bundle(), added_by=people.alice_principal)

    def test_a_platform_administrator_signs_in_again_first(self, keys: None) -> None:
        from tests.factories.people import create_user

        rita = create_user(username="rita", full_name="Rita", is_platform_administrator=True)
        with pytest.raises(StepUpMustComeFirst):
            add_version(untrusted_bundle=bundle(), added_by=Principal.person(rita.id))
