# SPDX-License-Identifier: Apache-2.0
"""Programs and people install plugins over HTTP; what must wait answers 202."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cortex.approvals.require_second_person import require_second_person
from tests.factories.installed_plugins import CONSOLE, GUARD, InCompany, added, key_text
from tests.factories.people import Cast, create_user
from tests.factories.plugin_bundles import STRANGER
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NUMBER = "data:accounting.journal_entry#read#number"
NARRATION = "data:accounting.journal_entry#read#narration"
HEARS = "event.in:accounting.journal_entry.posted.v1"


class Caller:
    """Somebody at the API."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        sign_in(self.client, user)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def alice(acme: InCompany, people: Cast) -> Caller:
    added(), added(version="1.1.0", fields="number, narration")
    return Caller(people.alice)


@pytest.fixture
def rita(acme: InCompany) -> Caller:
    return Caller(create_user(username="rita", full_name="Rita", is_platform_administrator=True))


def to_install(**more: Any) -> dict[str, Any]:
    return {"plugin": GUARD, "version": "1.0.0", "accepted": [NUMBER, HEARS], **more}


class TestInCompany:
    def test_a_plugin_lives_from_installing_to_removing(self, alice: Caller) -> None:
        root = f"companies/ACME/plugins/{GUARD}"
        installed = alice.post("companies/ACME/plugins", to_install(settings={"limit": 7}))
        assert installed.status_code == 201, installed.json()
        told = installed.json()
        assert (told["state"], told["version"], told["settings"]["limit"]) == ("enabled", "1.0.0", 7)
        assert told["rights"][0] == "may read accounting.journal_entry of company ACME: number"
        difference = alice.get(f"{root}/difference?version=1.1.0").json()
        assert difference == {
            "added": ["may read accounting.journal_entry of company ACME: narration"],
            "removed": [],
        }
        upgraded = alice.post(f"{root}:upgrade", {"version": "1.1.0", "accepted": [NUMBER, NARRATION, HEARS]})
        assert (upgraded.status_code, upgraded.json()["previous_version"]) == (200, "1.0.0")
        back = alice.post(f"{root}:rollback", {"accepted": [NUMBER, HEARS]})
        assert (back.status_code, back.json()["version"]) == (200, "1.0.0")
        assert alice.post(f"{root}:configure", {"settings": {"limit": 8}}).json()["settings"]["limit"] == 8
        assert alice.post(f"{root}:disable", {"reason": "slow"}).json()["state_reason"] == "slow"
        assert alice.post(f"{root}:enable", {}).json()["state"] == "enabled"
        assert [each["plugin"] for each in alice.get("companies/ACME/plugins").json()["items"]] == [GUARD]
        removed = alice.post(f"{root}:remove", {"reason": "over", "deletes_data": True})
        assert removed.json()["exported"]["settings"] == {"limit": 8, "mode": "strict"}
        assert alice.get(root).status_code == 404

    def test_a_repetition_installs_once_and_gives_no_export_twice(self, alice: Caller) -> None:
        key = str(uuid4())
        first = alice.post("companies/ACME/plugins", to_install(), key)
        again = alice.post("companies/ACME/plugins", to_install(), key)
        assert (again.status_code, again.json()) == (201, first.json())
        body = {"reason": "over", "deletes_data": True}
        gone = str(uuid4())
        assert alice.post(f"companies/ACME/plugins/{GUARD}:remove", body, gone).json()["exported"]
        assert alice.post(f"companies/ACME/plugins/{GUARD}:remove", body, gone).json()["exported"] is None

    def test_other_grants_than_the_versions_are_refused_with_them(self, alice: Caller) -> None:
        refused = alice.post("companies/ACME/plugins", to_install(accepted=[NUMBER]))
        assert (refused.status_code, refused.json()["code"]) == (409, "plugins.grants_must_be_accepted")

    def test_two_people_are_asked_for_with_202(self, alice: Caller, acme: InCompany) -> None:
        require_second_person(company_id=acme.company_id, is_required=True, set_by=CONSOLE)
        waits = alice.post("companies/ACME/plugins", to_install())
        assert waits.status_code == 202
        assert "may read accounting.journal_entry of company ACME: number" in waits.json()["summary"]

    def test_a_stranger_hears_of_nothing(self, alice: Caller, people: Cast) -> None:
        alice.post("companies/ACME/plugins", to_install())
        charlie = Caller(people.charlie)
        assert charlie.get("companies/ACME/plugins").status_code == 404
        assert charlie.post("companies/ACME/plugins", to_install()).status_code == 404


class TestOnPlatform:
    def test_versions_are_listed_with_what_they_may_do(self, alice: Caller) -> None:
        items = alice.get(f"plugins/versions?plugin={GUARD}").json()["items"]
        assert [each["version"] for each in items] == ["1.1.0", "1.0.0"]
        assert items[1]["capabilities"] == [NUMBER, HEARS]
        assert alice.get(f"plugins/versions/{items[1]['id']}").json() == items[1]

    def test_a_version_is_revoked_everywhere(self, alice: Caller, rita: Caller) -> None:
        alice.post("companies/ACME/plugins", to_install())
        version = alice.get("plugins/versions").json()["items"][1]["id"]
        assert alice.post(f"plugins/versions/{version}:revoke", {"reason": "x"}).status_code == 403
        revoked = rita.post(f"plugins/versions/{version}:revoke", {"reason": "a hole"})
        assert (revoked.status_code, revoked.json()) == (200, {"stopped": 1})
        assert alice.get(f"companies/ACME/plugins/{GUARD}").json()["state"] == "disabled"

    def test_keys_are_trusted_and_revoked(self, rita: Caller) -> None:
        body = {"role": "publisher", "publisher": "org.other", "key": key_text(STRANGER).decode()}
        trusted = rita.post("plugins/keys", body)
        assert trusted.status_code == 201, trusted.json()
        keyid = trusted.json()["keyid"]
        assert keyid in [each["keyid"] for each in rita.get("plugins/keys").json()["items"]]
        assert rita.post(f"plugins/keys/{keyid}:revoke", {"reason": "lost"}).json() == {"stopped": 0}

    def test_the_switch_turns(self, rita: Caller) -> None:
        off = rita.post("plugins/switches", {"is_off": True, "reason": "an incident"})
        assert (off.status_code, off.json()["plugin"], off.json()["is_off"]) == (200, "", True)
        assert [each["is_off"] for each in rita.get("plugins/switches").json()["items"]] == [True]
