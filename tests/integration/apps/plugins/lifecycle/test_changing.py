# SPDX-License-Identifier: Apache-2.0
"""Another version in the place of one: forward, once back, with what it may do more asked for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from apps.audit.models import AuditEntry
from apps.audit.selectors.privacy.openings import openings_of
from apps.plugins.domain import plugin_data
from apps.plugins.domain.lifecycle_errors import (
    GrantsMustBeAccepted,
    InstallationMustAllowTheChange,
    InstallationMustExist,
    ReasonMustBeGiven,
    RollbackMustHaveAVersion,
    SettingsMustFit,
    UpgradeMustGoForward,
    VersionMustNotBeRevoked,
)
from apps.plugins.models import Installation, StoredValue
from apps.plugins.selectors.installations import installation_of
from apps.plugins.services.change_settings import change_settings
from apps.plugins.services.disable_plugin import disable_plugin
from apps.plugins.services.enable_plugin import enable_plugin
from apps.plugins.services.remove_plugin import Removed, remove_plugin
from apps.plugins.services.revoke_version import revoke_version
from apps.plugins.services.rollback_plugin import rollback_plugin
from apps.plugins.services.stop_installations import stop_installation
from apps.plugins.services.upgrade_plugin import upgrade_plugin
from cortex.approvals.require_second_person import require_second_person
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst
from tests.factories.installed_plugins import CONSOLE, GUARD, InCompany, added, bundle, manifest_text
from tests.factories.people import Cast, just_signed_in, member

pytestmark = pytest.mark.django_db
NUMBER = "data:accounting.journal_entry#read#number"
NARRATION = "data:accounting.journal_entry#read#narration"
HEARS = "event.in:accounting.journal_entry.posted.v1"


class TestUpgrade:
    def test_grants_what_the_later_version_may_do(self, acme: InCompany) -> None:
        first, later = added(), added(version="1.1.0", fields="number, narration")
        acme.install(settings={"limit": 7})
        row = _upgrade(acme, "1.1.0", [NUMBER, NARRATION, HEARS])
        assert (row.version_id, row.previous_version_id) == (later.id, first.id)
        assert row.granted == sorted([NUMBER, NARRATION, HEARS])
        assert row.settings == {"limit": 7, "mode": "strict"}
        assert _rights_told(acme, row) == (
            "1.0.0 -> 1.1.0\n+ may read accounting.journal_entry of company ACME: narration"
        )

    def test_refuses_to_widen_what_was_accepted_before(self, acme: InCompany) -> None:
        added(), added(version="1.1.0", fields="number, narration")
        acme.install()
        with pytest.raises(GrantsMustBeAccepted) as refused:
            _upgrade(acme, "1.1.0", [NUMBER, HEARS])
        assert refused.value.evidence["difference"]["missing"] == [NARRATION]
        assert installation_of(company_id=acme.company_id, plugin_id=GUARD).granted == [NUMBER, HEARS]

    @pytest.mark.parametrize("version", ["1.0.0", "0.9.0", "1.0.0-rc.1"])
    def test_refuses_to_go_back(self, acme: InCompany, version: str) -> None:
        added(), added(version=version)
        acme.install()
        with pytest.raises(UpgradeMustGoForward):
            _upgrade(acme, version, [NUMBER, HEARS])

    def test_needs_a_second_person_only_where_it_may_do_more(self, acme: InCompany) -> None:
        added(), added(version="1.1.0"), added(version="1.2.0", fields="number, narration")
        acme.install()
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        assert _upgrade(acme, "1.1.0", [NUMBER, HEARS]).version.version == "1.1.0"
        with pytest.raises(ApprovalMustComeFirst):
            _upgrade(acme, "1.2.0", [NUMBER, NARRATION, HEARS])

    def test_takes_over_settings_that_fit_and_no_others(self, acme: InCompany) -> None:
        added()
        acme.install(settings={"limit": 900, "mode": "loose"})
        narrower = manifest_text(version="1.1.0").replace("maximum: 1000", "maximum: 500")
        _add(narrower)
        row = _upgrade(acme, "1.1.0", [NUMBER, HEARS])
        assert row.settings == {"limit": 100, "mode": "loose"}

    def test_refuses_a_version_that_requires_what_nobody_set(self, acme: InCompany) -> None:
        added()
        acme.install()
        asking = manifest_text(version="1.1.0") + "    required: true\n"
        _add(asking)
        with pytest.raises(SettingsMustFit, match="accounts"):
            _upgrade(acme, "1.1.0", [NUMBER, HEARS])


class TestRollback:
    def test_leads_to_the_version_before_and_its_rights_once(self, acme: InCompany) -> None:
        added(fields="number, narration"), added(version="1.1.0")
        acme.install()
        _upgrade(acme, "1.1.0", [NUMBER, HEARS])
        row = _roll_back(acme, [NUMBER, NARRATION, HEARS])
        assert (row.version.version, row.previous_version) == ("1.0.0", None)
        assert row.granted == sorted([NUMBER, NARRATION, HEARS])
        with pytest.raises(RollbackMustHaveAVersion):
            _roll_back(acme, [NUMBER, NARRATION, HEARS])

    def test_needs_a_second_person_where_the_former_version_may_do_more(self, acme: InCompany) -> None:
        added(fields="number, narration"), added(version="1.1.0")
        acme.install()
        _upgrade(acme, "1.1.0", [NUMBER, HEARS])
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        with pytest.raises(ApprovalMustComeFirst):
            _roll_back(acme, [NUMBER, NARRATION, HEARS])

    def test_never_leads_to_a_version_that_was_revoked(self, acme: InCompany) -> None:
        added(), added(version="1.1.0")
        acme.install()
        _upgrade(acme, "1.1.0", [NUMBER, HEARS])
        revoke_version(plugin_id=GUARD, version="1.0.0", reason="a hole", revoked_by=CONSOLE)
        with pytest.raises(VersionMustNotBeRevoked):
            _roll_back(acme, [NUMBER, HEARS])


class TestStopAndStart:
    def test_it_acts_for_whoever_starts_it_again(self, acme: InCompany, people: Cast) -> None:
        added()
        acme.install()
        stopped = _disable(acme)
        assert (stopped.state, stopped.state_reason) == ("disabled", "too slow")
        carl = just_signed_in(member(people.company, name="carl", role="controller"))
        row = enable_plugin(company_id=acme.company_id, plugin_id=GUARD, enabled_by=carl)
        assert (row.state, row.state_reason, row.installed_by) == ("enabled", "", carl.urn)

    def test_refuses_what_it_is_already(self, acme: InCompany) -> None:
        added()
        acme.install()
        with pytest.raises(InstallationMustAllowTheChange):
            enable_plugin(company_id=acme.company_id, plugin_id=GUARD, enabled_by=acme.by)
        _disable(acme)
        with pytest.raises(InstallationMustAllowTheChange):
            _disable(acme)

    @pytest.mark.parametrize("reason", ["", "   ", "two\nlines", "x" * 501, "turned \u202e round"])
    def test_needs_a_reason_of_one_line(self, acme: InCompany, reason: str) -> None:
        added()
        acme.install()
        with pytest.raises(ReasonMustBeGiven):
            _disable(acme, reason)

    def test_quarantine_is_left_by_two_and_by_no_detour(self, acme: InCompany) -> None:
        added()
        acme.install()
        stop_installation(
            company_id=acme.company_id,
            plugin_id=GUARD,
            reason="five failures",
            stopped_by=CONSOLE,
            state="quarantined",
        )
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        with pytest.raises(ApprovalMustComeFirst):
            enable_plugin(company_id=acme.company_id, plugin_id=GUARD, enabled_by=acme.by)
        with pytest.raises(InstallationMustAllowTheChange):
            _disable(acme)
        added(version="1.1.0")
        assert _upgrade(acme, "1.1.0", [NUMBER, HEARS]).state == "quarantined"


class Notes:
    """What a plugin keeps, in memory."""

    name = "notes"

    def __init__(self) -> None:
        self.kept: dict[tuple[UUID, str], dict[str, str]] = {}

    def read(self, *, company_id: UUID, plugin_id: str) -> Mapping[str, Any]:
        return self.kept[company_id, plugin_id]

    def delete(self, *, company_id: UUID, plugin_id: str) -> int:
        return len(self.kept.pop((company_id, plugin_id)))


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    kept = Notes()
    monkeypatch.setattr(plugin_data, "_kinds", {"notes": kept})
    return kept


class TestRemove:
    def test_keeps_the_data_and_grants_nothing(self, acme: InCompany, notes: Notes) -> None:
        added()
        acme.install()
        notes.kept[acme.company_id, GUARD] = {"seen": "7"}
        removed = _remove(acme)
        row = removed.installation
        assert (row.state, row.granted, removed.exported) == ("removed", [], None)
        assert notes.kept == {(acme.company_id, GUARD): {"seen": "7"}}
        with pytest.raises(InstallationMustExist):
            installation_of(company_id=acme.company_id, plugin_id=GUARD)
        assert acme.install().id != row.id

    def test_hands_out_what_it_deletes(self, acme: InCompany, notes: Notes) -> None:
        added()
        acme.install(settings={"limit": 7})
        notes.kept[acme.company_id, GUARD] = {"seen": "7"}
        removed = _remove(acme, deletes_data=True)
        assert removed.exported == {
            "plugin": GUARD,
            "version": "1.0.0",
            "company": "ACME",
            "settings": {"limit": 7, "mode": "strict"},
            "data": {"notes": {"seen": "7"}},
        }
        assert (notes.kept, removed.installation.settings) == ({}, {})

    def test_hands_out_and_deletes_what_the_plugin_stored(self, acme: InCompany) -> None:
        added()
        acme.install()
        told = {"plugin_id": GUARD, "key": "seen", "text": '{"number":7}'}
        mine = StoredValue.objects.create(company_id=acme.company_id, **told)
        other = StoredValue.objects.create(company_id=acme.company_id, **{**told, "plugin_id": "com.other"})
        removed = _remove(acme)
        assert removed.exported is None
        assert StoredValue.objects.filter(id=mine.id).exists()
        acme.install()
        removed = _remove(acme, deletes_data=True)
        assert removed.exported is not None
        assert removed.exported["data"] == {"stored_values": {"seen": {"number": 7}}}
        assert [each.id for each in StoredValue.objects.all()] == [other.id]


class TestWhoMay:
    def test_an_accountant_sees_and_changes_nothing(self, acme: InCompany, people: Cast) -> None:
        added()
        acme.install()
        dora = just_signed_in(member(people.company, name="dora", role="accountant"))
        other = InCompany(company_id=acme.company_id, by=dora)
        for verb in (_disable, _remove, lambda who: _roll_back(who, []), _set_nothing):
            with pytest.raises((AccessMustBeGranted, RollbackMustHaveAVersion)):
                verb(other)
        assert installation_of(company_id=acme.company_id, plugin_id=GUARD).state == "enabled"


def _add(text: str) -> None:
    from apps.plugins.services.add_version import add_version

    add_version(untrusted_bundle=bundle(text), added_by=CONSOLE)


def _upgrade(acme: InCompany, version: str, accepted: list[str]) -> Installation:
    return upgrade_plugin(
        company_id=acme.company_id,
        plugin_id=GUARD,
        version=version,
        accepted=accepted,
        upgraded_by=acme.by,
    )


def _roll_back(acme: InCompany, accepted: list[str]) -> Installation:
    return rollback_plugin(
        company_id=acme.company_id, plugin_id=GUARD, accepted=accepted, rolled_back_by=acme.by
    )


def _disable(acme: InCompany, reason: str = "too slow") -> Installation:
    return disable_plugin(company_id=acme.company_id, plugin_id=GUARD, reason=reason, disabled_by=acme.by)


def _remove(acme: InCompany, *, deletes_data: bool = False) -> Removed:
    return remove_plugin(
        company_id=acme.company_id,
        plugin_id=GUARD,
        reason="not needed",
        removed_by=acme.by,
        deletes_data=deletes_data,
    )


def _set_nothing(acme: InCompany) -> Installation:
    return change_settings(
        company_id=acme.company_id, plugin_id=GUARD, untrusted_settings={}, changed_by=acme.by
    )


def _rights_told(acme: InCompany, row: Installation) -> str:
    leaf = AuditEntry.objects.filter(object_id=row.id).order_by("-id").first()
    assert leaf is not None
    opened = openings_of(company_id=acme.company_id, leaf_ids=[leaf.leaf_id])
    return next(each.value for each in opened if each.name == "rights")
