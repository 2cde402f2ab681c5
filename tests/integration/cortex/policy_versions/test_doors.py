# SPDX-License-Identifier: Apache-2.0
"""Versions through their doors: the API and the console."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cortex.identity.models import User
from cortex.policy.active import ACTIVE, active_engine
from cortex.policy.models import PolicyActivation, PolicyVersion
from cortex.policy.packaged import packaged_text
from cortex.policy_versions.models import PolicySimulation
from cortex.policy_versions.run_simulation import run_simulation
from cortex.policy_versions.selectors import number_in_force
from tests.factories.sessions import sign_in
from tests.integration.cortex.policy_versions.people import NO_CLERKS, administrators, simulated

pytestmark = pytest.mark.django_db(databases=["default", "service"])
BASE = "/api/v1/policies"


@pytest.fixture(autouse=True)
def looked_at_anew() -> None:
    """Let no test decide by what another one put in force."""
    ACTIVE.look_again()


def policy(*words: str) -> str:
    out = StringIO()
    call_command("policy", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def signed_in(name: str) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, User.objects.get(username=name))
    return client


def post(client: Client, url: str) -> Any:
    return client.post(url, {}, content_type="application/json")


class TestApi:
    def test_writes_and_compares_versions(self) -> None:
        administrators()
        client = signed_in("alice")
        body = {"text": packaged_text() + NO_CLERKS, "note": "Stricter"}
        made = client.post(f"{BASE}/versions", body, content_type="application/json")
        assert made.status_code == 201
        number = made.json()["number"]
        found = post(client, f"{BASE}/versions/{number}:validate")
        assert found.json() == {"items": []}
        assert post(client, f"{BASE}/versions/{number}:simulate").status_code == 202
        run_simulation(simulation_id=PolicySimulation.objects.get().id)
        simulation = client.get(f"{BASE}/versions/{number}").json()["simulation"]
        assert ["clerk", "accounting.journal_entry.post"] in simulation["taken_away"]
        differs = client.get(f"{BASE}/versions/{number}/difference", {"before": 0}).json()
        assert differs["added"] == ["house.clerks_post_nothing"]
        listed = client.get(f"{BASE}/versions").json()
        assert [(row["number"], row["state"]) for row in listed["items"]] == [(number, "simulated")]
        assert listed["number_in_force"] == 0
        assert "clerk" in client.get(f"{BASE}/matrix").json()["actions"]["accounting.books.read"]

    def test_tells_the_place_of_what_is_wrong(self) -> None:
        administrators()
        client = signed_in("alice")
        text = packaged_text() + NO_CLERKS.replace('"clerk"', '"clark"')
        body: dict[str, Any] = {"text": text}
        number = client.post(f"{BASE}/versions", body, content_type="application/json").json()["number"]
        (finding,) = post(client, f"{BASE}/versions/{number}:validate").json()["items"]
        line = text.splitlines().index('@id("house.clerks_post_nothing")') + 1
        assert (finding["policy_id"], finding["line"], finding["column"]) == (
            "house.clerks_post_nothing",
            line,
            1,
        )
        assert PolicyVersion.objects.get().state == "draft"

    def test_is_closed_to_outsiders(self) -> None:
        people = administrators()
        version = simulated(people.alice)
        client = signed_in("charlie")
        for answer in (
            client.get(f"{BASE}/versions"),
            client.get(f"{BASE}/versions/{version.number}"),
            client.get(f"{BASE}/matrix"),
            client.get(f"{BASE}/versions/{version.number}/difference", {"before": 0}),
            client.post(f"{BASE}/versions", {"text": "x"}, content_type="application/json"),
            *(
                client.post(f"{BASE}/versions/{version.number}:{verb}", {}, content_type="application/json")
                for verb in ("validate", "simulate", "approve", "activate")
            ),
            client.post(f"{BASE}:roll-back", {"number": 0, "reason": "x"}, content_type="application/json"),
        ):
            assert answer.status_code == 403
            assert "clerks" not in answer.content.decode()
        version.refresh_from_db()
        assert (version.state, PolicyVersion.objects.count()) == ("simulated", 1)
        assert PolicyActivation.objects.count() == 0


class TestConsole:
    def test_brings_a_file_into_force_and_goes_back(self, tmp_path: Path) -> None:
        administrators()
        file = tmp_path / "stricter.cedar"
        file.write_text(packaged_text() + NO_CLERKS)
        number = policy("draft", "--file", str(file), "--note", "Stricter").split()[1]
        assert policy("validate", number).strip() == "no findings"
        assert "decisions would change" in policy("simulate", number)
        assert "approved" in policy("--as", "bob", "approve", number)
        assert "in force" in policy("activate", number, "--reason", "Agreed")
        ACTIVE.look_again()
        assert active_engine().version == int(number)
        assert f"* {number} active" in policy("list")
        assert "accounting.journal_entry.post: accountant, controller" in policy("matrix")
        assert "added house.clerks_post_nothing" in policy("diff", "0", number)
        assert "house.clerks_post_nothing" in policy("show", number)
        assert policy("rollback", "0", "--reason", "Too strict").strip() == "version 0 in force"
        ACTIVE.look_again()
        assert number_in_force() == 0

    def test_drafts_nothing_where_the_program_decides_itself(self) -> None:
        assert policy("draft").strip() == "nothing new"
