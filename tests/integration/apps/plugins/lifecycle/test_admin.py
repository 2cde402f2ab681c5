# SPDX-License-Identifier: Apache-2.0
"""Plugins in the administration: rights in words, differences, a form of settings, and two people."""

from typing import Any

import pytest
from django.test import Client

from apps.plugins.models import Installation, PluginSwitch, PluginVersion, TrustedKey
from apps.plugins.selectors.installations import installation_of
from cortex.approvals.models import Proposal
from cortex.approvals.require_second_person import require_second_person
from cortex.identity.models import User
from tests.factories.installed_plugins import CONSOLE, GUARD, InCompany, added, key_text
from tests.factories.people import Cast, create_user
from tests.factories.plugin_bundles import STRANGER
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "service"])
PAGES = "/admin/plugins"
MAY_READ = "may read accounting.journal_entry of company ACME: number"
MORE = "+ may read accounting.journal_entry of company ACME: narration"


@pytest.fixture
def alice(acme: InCompany, people: Cast) -> Client:
    User.objects.filter(id=people.alice.id).update(is_staff=True)
    client = Client()
    sign_in(client, User.objects.get(id=people.alice.id))
    return client


@pytest.fixture
def rita(acme: InCompany) -> Client:
    client = Client()
    sign_in(client, create_user(username="rita", full_name="Rita", is_platform_administrator=True))
    return client


def shown(client: Client, path: str) -> str:
    answer = client.get(f"{PAGES}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def sent(client: Client, path: str, **given: Any) -> str:
    answer = client.post(f"{PAGES}/{path}", given)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer.headers["Location"])


def the_guard(acme: InCompany) -> Installation:
    return installation_of(company_id=acme.company_id, plugin_id=GUARD)


class TestInstallations:
    def test_one_is_installed_by_accepting_what_the_page_shows(self, alice: Client, acme: InCompany) -> None:
        version = added()
        assert "may read accounting.journal_entry" in shown(alice, "installation/install/")
        chosen = {"company": str(acme.company_id), "version": str(version.id)}
        refused = alice.post(f"{PAGES}/installation/install/", chosen)
        assert (refused.status_code, Installation.objects.exists()) == (200, False)
        sent(alice, "installation/install/", **chosen, accepts="on")
        row = the_guard(acme)
        page = shown(alice, f"installation/{row.id}/change/")
        assert MAY_READ in page
        assert "limit: 100" in page

    def test_settings_are_a_form_of_the_manifest(self, alice: Client, acme: InCompany) -> None:
        added()
        row = acme.install(settings={"limit": 7, "accounts": ["1000", "2000"]})
        page = shown(alice, f"installation/{row.id}/settings/")
        assert 'name="limit"' in page
        assert "1000\n2000" in page
        where = f"installation/{row.id}/settings/"
        refused = alice.post(f"{PAGES}/{where}", {"limit": "5000", "mode": "strict", "accounts": ""})
        assert (refused.status_code, the_guard(acme).settings["limit"]) == (200, 7)
        sent(alice, where, limit="8", mode="", accounts="3000\n\n4000 \n")
        assert the_guard(acme).settings == {"limit": 8, "mode": "strict", "accounts": ["3000", "4000"]}

    def test_an_upgrade_shows_the_difference_and_waits_for_two(self, alice: Client, acme: InCompany) -> None:
        added(), added(version="1.1.0", fields="number, narration")
        row = acme.install()
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        where = f"installation/{row.id}/upgrade/"
        assert MORE in shown(alice, where)
        sent(alice, where, version="1.1.0", accepts="on")
        assert the_guard(acme).version.version == "1.0.0"
        assert MORE in Proposal.objects.get().summary

    def test_it_is_stopped_started_taken_back_and_removed(self, alice: Client, acme: InCompany) -> None:
        added(), added(version="1.1.0", fields="number, narration")
        row = acme.install()
        root = f"installation/{row.id}"
        sent(alice, f"{root}/upgrade/", version="1.1.0", accepts="on")
        assert MORE.replace("+", "-") in shown(alice, f"{root}/rollback/")
        sent(alice, f"{root}/rollback/", accepts="on")
        sent(alice, f"{root}/disable/", reason="slow")
        assert (the_guard(acme).state, the_guard(acme).version.version) == ("disabled", "1.0.0")
        sent(alice, f"{root}/enable/")
        assert the_guard(acme).state == "enabled"
        sent(alice, f"{root}/remove/", reason="over")
        assert Installation.objects.get(id=row.id).state == "removed"
        assert MAY_READ not in shown(alice, f"{root}/change/")


class TestPlatform:
    def test_versions_say_what_they_may_do_and_how_they_differ(self, rita: Client) -> None:
        added()
        later = added(version="1.1.0", fields="number, narration")
        page = shown(rita, f"pluginversion/{later.id}/change/")
        assert "+ may read accounting.journal_entry of company (where it is installed): narration" in page

    def test_a_version_and_a_key_are_revoked(self, rita: Client, acme: InCompany) -> None:
        row = added()
        acme.install()
        sent(rita, f"pluginversion/{row.id}/revoke/", reason="a hole")
        assert PluginVersion.objects.get(id=row.id).revoked_reason == "a hole"
        assert the_guard(acme).state == "disabled"
        key = TrustedKey.objects.get(role="publisher")
        sent(rita, f"trustedkey/{key.id}/revoke/", reason="stolen")
        assert TrustedKey.objects.get(id=key.id).revoked_reason == "stolen"

    def test_a_key_is_trusted_and_the_switch_turned(self, rita: Client) -> None:
        given = {"role": "publisher", "publisher": "org.other", "key": key_text(STRANGER).decode()}
        sent(rita, "trustedkey/trust/", **given)
        assert TrustedKey.objects.filter(publisher="org.other").exists()
        sent(rita, "pluginswitch/switch-off/", plugin="", reason="an incident")
        sent(rita, "pluginswitch/switch-on/", plugin="", reason="over")
        assert [turn.is_off for turn in PluginSwitch.objects.all()] == [False, True]
        assert "all plugins" in shown(rita, "pluginswitch/")

    def test_a_controller_revokes_nothing(self, alice: Client) -> None:
        row = added()
        answer = alice.post(f"{PAGES}/pluginversion/{row.id}/revoke/", {"reason": "x"})
        assert answer.status_code == 403
        assert PluginVersion.objects.get(id=row.id).revoked_at is None
