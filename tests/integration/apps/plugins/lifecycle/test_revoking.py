# SPDX-License-Identifier: Apache-2.0
"""What counts no more runs no more: in every company at once, at load, and at the latest in the night."""

import pytest
from securesystemslib.signer import CryptoSigner

from apps.audit.models import AuditEntry
from apps.plugins.domain.errors import PluginMustFitThisRelease
from apps.plugins.domain.lifecycle_errors import (
    KeyMustExist,
    KeyMustNotBeRevoked,
    PluginMustBeSwitchedOn,
    SwitchMustTurn,
    VersionMustBeAsSigned,
    VersionMustBeTrusted,
    VersionMustNotBeRevoked,
)
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import installation_of
from apps.plugins.selectors.loadable import loadable_version
from apps.plugins.services.check_plugins import check_plugins
from apps.plugins.services.disable_plugin import disable_plugin
from apps.plugins.services.enable_plugin import enable_plugin
from apps.plugins.services.load_version import load_version
from apps.plugins.services.revoke_key import revoke_key
from apps.plugins.services.revoke_version import revoke_version
from apps.plugins.services.turn_switch import switch_off, switch_on
from cortex.mail.models import OutgoingMail
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.installed_plugins import CONSOLE, GUARD, InCompany, added, forged
from tests.factories.people import create_company, just_signed_in, member
from tests.factories.plugin_bundles import PUBLISHER, REVIEWER

pytestmark = pytest.mark.django_db
SCHEDULER = Principal.service("scheduler")


@pytest.fixture
def shop(acme: InCompany) -> InCompany:
    company = create_company(code="SHOP", name="Shop")
    eve = member(company, name="eve", role="controller")
    eve.email = "eve@example.org"
    eve.save(update_fields=["email"])
    return InCompany(company_id=company.id, by=just_signed_in(eve))


@pytest.fixture
def both(acme: InCompany, shop: InCompany) -> tuple[InCompany, InCompany]:
    added()
    acme.install()
    with scope([shop.company_id]):
        shop.install()
    return acme, shop


def state_in(company: InCompany) -> tuple[str, str]:
    with scope([company.company_id]):
        row = installation_of(company_id=company.company_id, plugin_id=GUARD)
        return row.state, row.state_reason


class TestRevokeVersion:
    def test_stops_it_in_every_company_and_tells_each(self, both: tuple[InCompany, InCompany]) -> None:
        told = revoke_version(plugin_id=GUARD, version="1.0.0", reason="a hole", revoked_by=CONSOLE)
        assert told == 2
        for company in both:
            assert state_in(company) == ("disabled", "Version 1.0.0 was revoked: a hole")
        with scope([both[1].company_id]):
            row = installation_of(company_id=both[1].company_id, plugin_id=GUARD)
            leaf = AuditEntry.objects.filter(object_id=row.id).order_by("-id").first()
            assert leaf is not None
            assert (leaf.verb, leaf.actor) == ("plugins.installation.stop", "service:console")
            mail = OutgoingMail.objects.get(topic="plugins.stopped")
            assert mail.subject == f"SHOP: plugin {GUARD} was stopped"
            assert "a hole" in mail.body

    def test_is_for_good(self, both: tuple[InCompany, InCompany]) -> None:
        revoke_version(plugin_id=GUARD, version="1.0.0", reason="a hole", revoked_by=CONSOLE)
        with pytest.raises(VersionMustNotBeRevoked):
            revoke_version(plugin_id=GUARD, version="1.0.0", reason="again", revoked_by=CONSOLE)
        with pytest.raises(VersionMustNotBeRevoked):
            enable_plugin(company_id=both[0].company_id, plugin_id=GUARD, enabled_by=both[0].by)

    def test_leaves_one_that_somebody_stopped_as_it_is(self, both: tuple[InCompany, InCompany]) -> None:
        acme = both[0]
        disable_plugin(company_id=acme.company_id, plugin_id=GUARD, reason="slow", disabled_by=acme.by)
        assert revoke_version(plugin_id=GUARD, version="1.0.0", reason="x", revoked_by=CONSOLE) == 1
        assert state_in(acme) == ("disabled", "slow")

    def test_is_not_a_controllers(self, both: tuple[InCompany, InCompany]) -> None:
        with pytest.raises(AccessMustBeGranted):
            revoke_version(plugin_id=GUARD, version="1.0.0", reason="x", revoked_by=both[0].by)
        assert state_in(both[0])[0] == "enabled"


class TestRevokeKey:
    @pytest.mark.parametrize("signer", [PUBLISHER, REVIEWER], ids=["publisher", "reviewer"])
    def test_stops_all_that_it_signed(self, both: tuple[InCompany, InCompany], signer: CryptoSigner) -> None:
        keyid = signer.public_key.keyid
        assert revoke_key(keyid=keyid, reason="stolen", revoked_by=CONSOLE) == 2
        assert state_in(both[1]) == (
            "disabled",
            f"Key {keyid[:12]}, which signed it, was revoked: stolen",
        )
        with pytest.raises(VersionMustBeTrusted):
            enable_plugin(company_id=both[0].company_id, plugin_id=GUARD, enabled_by=both[0].by)
        with pytest.raises(KeyMustNotBeRevoked):
            revoke_key(keyid=keyid, reason="again", revoked_by=CONSOLE)

    def test_refuses_a_key_that_nobody_knows(self, both: tuple[InCompany, InCompany]) -> None:
        with pytest.raises(KeyMustExist):
            revoke_key(keyid="0" * 64, reason="stolen", revoked_by=CONSOLE)


class TestLoad:
    def test_gives_what_the_sandbox_needs(self, both: tuple[InCompany, InCompany]) -> None:
        version = Installation.objects.get().version
        found = load_version(version_id=version.id)
        assert found.component_digest == version.component_digest
        assert found.manifest.handlers == {"on_posted"}

    def test_refuses_what_was_revoked_since_the_last_call(self, both: tuple[InCompany, InCompany]) -> None:
        version = Installation.objects.get().version
        load_version(version_id=version.id)
        revoke_key(keyid=REVIEWER.public_key.keyid, reason="stolen", revoked_by=CONSOLE)
        with pytest.raises(VersionMustBeTrusted):
            load_version(version_id=version.id)

    @pytest.mark.parametrize("plugin_id", ["", GUARD])
    def test_refuses_what_is_switched_off(self, both: tuple[InCompany, InCompany], plugin_id: str) -> None:
        version = Installation.objects.get().version
        switch_off(plugin_id=plugin_id, reason="an incident", turned_by=CONSOLE)
        with pytest.raises(PluginMustBeSwitchedOn):
            loadable_version(version_id=version.id)
        switch_on(plugin_id=plugin_id, reason="over", turned_by=CONSOLE)
        assert loadable_version(version_id=version.id).version_id == version.id
        assert state_in(both[0])[0] == "enabled"

    def test_refuses_a_forged_row_the_first_time(self, acme: InCompany) -> None:
        row = forged(component_digest="0" * 64)
        with pytest.raises(VersionMustBeAsSigned):
            load_version(version_id=row.id)

    def test_refuses_signatures_that_a_row_only_claims(self, acme: InCompany) -> None:
        row = forged(signed_by=["0" * 64, "1" * 64])
        with pytest.raises(VersionMustBeTrusted):
            loadable_version(version_id=row.id)


class TestSwitch:
    def test_turns_only_the_other_way(self, db: None) -> None:
        with pytest.raises(SwitchMustTurn):
            switch_on(reason="why not", turned_by=CONSOLE)
        switch_off(reason="an incident", turned_by=CONSOLE)
        with pytest.raises(SwitchMustTurn):
            switch_off(reason="an incident", turned_by=CONSOLE)


class TestNight:
    def test_leaves_what_holds_and_a_leaf(self, both: tuple[InCompany, InCompany]) -> None:
        checked = check_plugins(checked_by=SCHEDULER)
        assert (checked.count, dict(checked.stopped), list(checked.not_checked)) == (1, {}, [])
        assert state_in(both[0])[0] == "enabled"

    def test_stops_a_row_that_was_forged_past_the_program(self, acme: InCompany) -> None:
        row = forged(component_digest="0" * 64)
        Installation.objects.create(
            company_id=acme.company_id,
            plugin_id=GUARD,
            version=row,
            granted=row.capabilities,
            settings={},
            installed_by=acme.by.urn,
            installed_by_user_id=acme.by.user_id,
            installed_at=row.added_at,
        )
        checked = check_plugins(checked_by=SCHEDULER)
        assert dict(checked.stopped) == {f"{GUARD} 1.0.0": "plugins.version_must_be_as_signed"}
        state, reason = state_in(acme)
        assert state == "disabled"
        assert reason.startswith("plugins.version_must_be_as_signed: ")

    def test_stops_what_this_release_no_longer_takes(
        self, both: tuple[InCompany, InCompany], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from semver import Version

        from apps.plugins.selectors import loadable

        monkeypatch.setattr(loadable, "running_release", lambda: Version(0, 0, 9))
        checked = check_plugins(checked_by=SCHEDULER)
        assert dict(checked.stopped) == {f"{GUARD} 1.0.0": PluginMustFitThisRelease.code}

    def test_stops_nothing_while_the_vault_is_away(
        self, both: tuple[InCompany, InCompany], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from apps.plugins.services import check_plugins as checking
        from cortex.ports.vault import VaultMustBeReachable

        def away(**_: object) -> str:
            raise VaultMustBeReachable("The vault is away.")

        monkeypatch.setattr(checking, "compile_version", away)
        checked = check_plugins(checked_by=SCHEDULER)
        assert (dict(checked.stopped), list(checked.not_checked)) == ({}, [f"{GUARD} 1.0.0"])
        assert state_in(both[0])[0] == "enabled"

    def test_is_the_schedules(self, both: tuple[InCompany, InCompany]) -> None:
        with pytest.raises(AccessMustBeGranted):
            check_plugins(checked_by=both[0].by)
