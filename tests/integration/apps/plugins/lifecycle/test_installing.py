# SPDX-License-Identifier: Apache-2.0
"""A plugin comes into a company: with what was accepted, settings that fit, and two people if need be."""

import json
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.audit.selectors.privacy.openings import openings_of
from apps.plugins.domain.lifecycle_errors import (
    GrantsMustBeAccepted,
    InstallationMustExist,
    InstallerMustBeAPerson,
    PluginMustBeInstalledOnce,
    PluginMustBeSwitchedOn,
    SettingsMustFit,
    VersionMustBeAsSigned,
    VersionMustExist,
    VersionMustNotBeRevoked,
)
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import installation_of, installations_of
from apps.plugins.services.change_settings import change_settings
from apps.plugins.services.install_plugin import install_plugin
from apps.plugins.services.revoke_version import revoke_version
from apps.plugins.services.turn_switch import switch_off, switch_on
from apps.plugins.services.widen_or_propose import install_or_propose
from cortex.approvals.approve import approve
from cortex.approvals.require_second_person import require_second_person
from cortex.approvals.selectors import proposal_of
from cortex.events.models import OutboxEvent
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst
from cortex.tenancy import scope
from tests.factories.installed_plugins import CONSOLE, GUARD, InCompany, added, forged, manifest_text
from tests.factories.people import Cast, just_signed_in, member

pytestmark = pytest.mark.django_db
GRANTED = ["data:accounting.journal_entry#read#number", "event.in:accounting.journal_entry.posted.v1"]


class TestInstall:
    def test_grants_what_was_accepted_and_acts_for_whoever_installed(self, acme: InCompany) -> None:
        version = added()
        row = acme.install(settings={"limit": 7})
        assert (row.state, row.version_id, row.previous_version_id) == ("enabled", version.id, None)
        assert row.granted == GRANTED
        assert row.settings == {"limit": 7, "mode": "strict"}
        assert (row.installed_by, row.installed_by_user_id) == (acme.by.urn, acme.by.user_id)

    def test_leaves_a_leaf_with_the_rights_in_words_and_an_event(self, acme: InCompany) -> None:
        added()
        row = acme.install()
        leaf = AuditEntry.objects.get(object_id=row.id)
        assert (leaf.verb, leaf.actor) == ("plugins.installation.install", acme.by.urn)
        opened = openings_of(company_id=acme.company_id, leaf_ids=[leaf.leaf_id])
        openings = {each.name: each.value for each in opened}
        assert openings["rights"] == (
            "may read accounting.journal_entry of company ACME: number\n"
            "is told of the event accounting.journal_entry.posted.v1"
        )
        event = OutboxEvent.objects.get(aggregate_id=row.id)
        assert json.loads(bytes(event.envelope))["data"] | {"aggregate_id": None} == {
            "aggregate_id": None,
            "plugin_id": GUARD,
            "version": "1.0.0",
            "state": "enabled",
            "granted": GRANTED,
            "verb": "plugins.installation.install",
            "changed_by": acme.by.urn,
        }

    @pytest.mark.parametrize("accepted", [[], GRANTED[:1], [*GRANTED, "http:evil.example.com"]])
    def test_refuses_other_grants_than_the_versions(self, acme: InCompany, accepted: list[str]) -> None:
        added()
        with pytest.raises(GrantsMustBeAccepted) as refused:
            _install(acme, accepted=accepted)
        assert refused.value.evidence["expected"] == GRANTED
        assert not Installation.objects.exists()

    def test_refuses_a_second_one(self, acme: InCompany) -> None:
        added(), added(version="1.1.0")
        acme.install()
        with pytest.raises(PluginMustBeInstalledOnce):
            acme.install("1.1.0")

    def test_refuses_an_unknown_version(self, acme: InCompany) -> None:
        with pytest.raises(VersionMustExist):
            _install(acme, accepted=[])

    def test_refuses_a_revoked_version(self, acme: InCompany) -> None:
        added()
        revoke_version(plugin_id=GUARD, version="1.0.0", reason="a hole", revoked_by=CONSOLE)
        with pytest.raises(VersionMustNotBeRevoked, match="a hole"):
            acme.install()

    @pytest.mark.parametrize("plugin_id", ["", GUARD])
    def test_refuses_what_is_switched_off_until_it_is_on(self, acme: InCompany, plugin_id: str) -> None:
        added()
        switch_off(plugin_id=plugin_id, reason="an incident", turned_by=CONSOLE)
        with pytest.raises(PluginMustBeSwitchedOn, match="an incident"):
            acme.install()
        switch_on(plugin_id=plugin_id, reason="over", turned_by=CONSOLE)
        assert acme.install().state == "enabled"

    def test_refuses_a_service_that_has_no_rights_to_act_with(self, acme: InCompany) -> None:
        added()
        with pytest.raises(InstallerMustBeAPerson):
            InCompany(company_id=acme.company_id, by=CONSOLE).install()

    @pytest.mark.parametrize(
        "change",
        [
            {"manifest_text": manifest_text(fields="number, narration")},
            {"component_digest": "0" * 64},
            {"capabilities": [*GRANTED, "http:evil.example.com"]},
        ],
        ids=["manifest", "component", "capabilities"],
    )
    def test_refuses_a_row_that_was_forged_in_the_database(
        self, acme: InCompany, change: dict[str, Any]
    ) -> None:
        forged(**change)
        with pytest.raises(VersionMustBeAsSigned):
            acme.install()


class TestSettings:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"limit": 0}, "at least 1"),
            ({"limit": "7"}, "type integer"),
            ({"limit": True}, "type integer"),
            ({"mode": "other"}, "one of strict, loose"),
            ({"mode": ""}, "one of strict, loose"),
            ({"accounts": ["a\u202eb"]}, "hidden characters"),
            ({"accounts": ["a\x00"]}, "hidden characters"),
            ({"accounts": ["x" * 201]}, "at most 200 characters"),
            ({"accounts": ["x"] * 201}, "at most 200 texts"),
            ({"accounts": {"a": 1}}, "type list"),
            ({"__class__": "x"}, "one of accounts, limit, mode"),
        ],
    )
    def test_that_do_not_fit_the_form_are_refused(
        self, acme: InCompany, given: dict[str, Any], told: str
    ) -> None:
        added()
        with pytest.raises(SettingsMustFit, match=told) as refused:
            acme.install(settings=given)
        assert refused.value.message.isprintable()
        assert not Installation.objects.exists()

    def test_are_replaced_as_a_whole(self, acme: InCompany) -> None:
        added()
        acme.install(settings={"limit": 7, "accounts": ["1000"]})
        row = _set(acme, {"mode": "loose"})
        assert row.settings == {"limit": 100, "mode": "loose"}

    def test_that_do_not_fit_leave_those_before(self, acme: InCompany) -> None:
        added()
        acme.install(settings={"limit": 7})
        with pytest.raises(SettingsMustFit):
            _set(acme, {"limit": 100_000})
        assert installation_of(company_id=acme.company_id, plugin_id=GUARD).settings["limit"] == 7


class TestWhoMay:
    @pytest.mark.parametrize("role", ["accountant", "clerk", "viewer", "auditor", "administrator"])
    def test_others_than_controllers_install_nothing(self, acme: InCompany, people: Cast, role: str) -> None:
        added()
        other = just_signed_in(member(people.company, name="dora", role=role))
        with pytest.raises(AccessMustBeGranted):
            InCompany(company_id=acme.company_id, by=other).install()

    def test_a_controller_of_another_company_neither_installs_nor_sees(self, acme: InCompany) -> None:
        from tests.factories.people import create_company

        added()
        acme.install()
        shop = create_company(code="SHOP", name="Shop")
        eve = just_signed_in(member(shop, name="eve", role="controller"))
        with pytest.raises(AccessMustBeGranted):
            InCompany(company_id=acme.company_id, by=eve).install()
        with scope([shop.id]):
            assert not installations_of(company_id=acme.company_id).exists()
            with pytest.raises(InstallationMustExist):
                _set(InCompany(company_id=acme.company_id, by=eve), {})
            with pytest.raises(InstallationMustExist):
                _set(InCompany(company_id=shop.id, by=eve), {})


class TestTwoPeople:
    def test_agree_where_the_company_asks_for_them(self, acme: InCompany, people: Cast) -> None:
        version = added()
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        with pytest.raises(ApprovalMustComeFirst):
            acme.install()
        proposal = install_or_propose(
            company_id=acme.company_id,
            plugin_id=GUARD,
            version="1.0.0",
            accepted=version.capabilities,
            installed_by=acme.by,
            untrusted_settings={"limit": 7},
        )
        assert isinstance(proposal, ProposalRef)
        assert not Installation.objects.exists()
        carl = just_signed_in(member(people.company, name="carl", role="controller"))
        waiting = proposal_of(company_id=acme.company_id, proposal_id=proposal.id, reader=carl)
        assert "may read accounting.journal_entry of company ACME: number" in waiting.summary
        assert "Setting limit: 7" in waiting.summary
        done = approve(
            company_id=acme.company_id, proposal_id=proposal.id, digest=proposal.digest, approved_by=carl
        )
        assert done.failure is None
        row = installation_of(company_id=acme.company_id, plugin_id=GUARD)
        assert (row.state, row.installed_by, row.settings["limit"]) == ("enabled", acme.by.urn, 7)

    def test_do_not_install_what_was_revoked_meanwhile(self, acme: InCompany, people: Cast) -> None:
        version = added()
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        proposal = install_or_propose(
            company_id=acme.company_id,
            plugin_id=GUARD,
            version="1.0.0",
            accepted=version.capabilities,
            installed_by=acme.by,
        )
        assert isinstance(proposal, ProposalRef)
        revoke_version(plugin_id=GUARD, version="1.0.0", reason="a hole", revoked_by=CONSOLE)
        carl = just_signed_in(member(people.company, name="carl", role="controller"))
        done = approve(
            company_id=acme.company_id, proposal_id=proposal.id, digest=proposal.digest, approved_by=carl
        )
        assert isinstance(done.failure, VersionMustNotBeRevoked)
        assert not Installation.objects.exists()


def _install(acme: InCompany, *, accepted: list[str]) -> Installation:
    return install_plugin(
        company_id=acme.company_id,
        plugin_id=GUARD,
        version="1.0.0",
        accepted=accepted,
        installed_by=acme.by,
    )


def _set(acme: InCompany, settings: dict[str, Any]) -> Installation:
    return change_settings(
        company_id=acme.company_id, plugin_id=GUARD, untrusted_settings=settings, changed_by=acme.by
    )
