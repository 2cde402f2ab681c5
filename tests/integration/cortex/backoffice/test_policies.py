# SPDX-License-Identifier: Apache-2.0
"""Policies in the administration: written, checked, compared, approved by a second person, and taken back."""

import html

import pytest
from django.test import Client

from cortex.policy.models import PolicyVersion
from cortex.policy.roles import roles_let_in
from cortex.policy_versions.run_simulation import run_simulation
from tests.factories.people import cast
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import NO_JOBS, platform_administrator, text_with

pytestmark = pytest.mark.django_db(databases=["default", "service"])
LIST, WRITE, CHECK = "/admin/policy/policyversion/", "/admin/policies/write/", "/admin/policies/check/"
CANCEL = "jobs.job.cancel"


def freshly_signed_in(name: str) -> Client:
    client = Client(raise_request_exception=False)
    return sign_in(client, platform_administrator(name), methods=("pwd", "otp"))


@pytest.fixture
def paula() -> Client:
    return freshly_signed_in("paula")


@pytest.fixture
def quentin() -> Client:
    return freshly_signed_in("quentin")


def kept(client: Client, *, extra: str = NO_JOBS) -> PolicyVersion:
    answer = client.post(WRITE, {"text": text_with(extra), "note": "jobs run to their end", "step": "save"})
    assert answer.status_code == 302, html.unescape(answer.content.decode())
    return PolicyVersion.objects.latest("number")


def simulate(client: Client, version: PolicyVersion) -> None:
    """Ask for a simulation, and let a worker do it."""
    assert do(client, version, "simulate") == 302
    run_simulation(simulation_id=version.simulations.latest("id").id)


def do(client: Client, version: PolicyVersion, verb: str, **given: str) -> int:
    form = {"digest": version.digest, **given}
    return client.post(f"{LIST}{version.pk}/{verb}/", form).status_code


class TestEditor:
    def test_begins_from_what_is_in_force(self, paula: Client) -> None:
        shown = page(paula.get(WRITE))
        assert "kernel.token_needs_scope" in shown
        assert PolicyVersion.objects.count() == 0

    def test_checks_without_keeping(self, paula: Client) -> None:
        form = {"text": text_with("\npermit (principal action);"), "note": "", "step": "check"}
        shown = page(paula.post(WRITE, form))
        assert "column 19: Unexpected token `action`" in shown
        assert PolicyVersion.objects.count() == 0

    def test_answers_the_browser_while_somebody_types(self, paula: Client) -> None:
        sound = paula.post(CHECK, {"text": text_with(NO_JOBS)}).json()
        assert sound["problems"] == []
        (problem,) = paula.post(CHECK, {"text": "permit (principal action);"}).json()["problems"]
        assert (problem["line"], problem["column"]) == (1, 19)
        assert paula.get(CHECK).status_code == 405

    def test_needs_a_token_against_forged_requests(self) -> None:
        client = Client(enforce_csrf_checks=True)
        sign_in(client, platform_administrator("paula"))
        for path in (CHECK, WRITE):
            assert client.post(path, {"text": "permit"}).status_code == 403

    def test_says_what_a_draft_lacks_and_keeps_what_was_typed(self, paula: Client) -> None:
        answer = paula.post(WRITE, {"text": "// my text", "note": " ", "step": "save"})
        told = html.unescape(answer.content.decode())
        assert answer.status_code == 422
        assert "expected one line that says what changes and why" in told
        assert "// my text" in told
        assert PolicyVersion.objects.count() == 0

    def test_is_closed_to_everybody_else(self) -> None:
        people = cast()
        for user in (people.alice, people.bob, people.charlie):
            client = staff(user)
            for path in (WRITE, CHECK, LIST, "/admin/policies/packaged/"):
                answer = client.post(path, {"text": "x", "note": "x", "step": "save", "reason": "x"})
                assert answer.status_code == 403, path
        assert PolicyVersion.objects.count() == 0


class TestVersion:
    def test_goes_through_its_stages_by_two_people(self, paula: Client, quentin: Client) -> None:
        version = kept(paula)
        assert do(paula, version, "approve") == 403
        assert do(paula, version, "validate") == 302
        simulate(paula, version)
        assert "gain or lose a right" in page(paula.get(f"{LIST}{version.pk}/change/"))
        assert do(paula, version, "approve") == 403
        assert do(quentin, version, "approve") == 302
        assert do(quentin, version, "activate") == 302
        assert roles_let_in(action=CANCEL) == frozenset()
        assert "Version" in page(quentin.get("/admin/policy/policyactivation/"))

    def test_shows_what_it_changes(self, paula: Client) -> None:
        version = kept(paula)
        shown = page(paula.get(f"{LIST}{version.pk}/change/"))
        assert "+ added, − removed" in shown
        assert shown.count('class="cx-added"') == NO_JOBS.count("\n")

    def test_with_problems_stays_a_draft_and_says_where(self, paula: Client) -> None:
        version = kept(paula, extra="\npermit (principal action);")
        answer = paula.post(f"{LIST}{version.pk}/validate/")
        assert answer.status_code == 422
        assert "nexpected token `action`" in html.unescape(answer.content.decode())
        assert PolicyVersion.objects.get(pk=version.pk).state == "draft"

    def test_is_only_looked_at_by_get(self, paula: Client) -> None:
        version = kept(paula)
        assert "tried as a filter of lists" in page(paula.get(f"{LIST}{version.pk}/validate/"))
        assert PolicyVersion.objects.get(pk=version.pk).state == "draft"

    def test_gives_way_to_the_packaged_policies(self, paula: Client, quentin: Client) -> None:
        version = kept(paula)
        assert do(paula, version, "validate") == 302
        simulate(paula, version)
        for verb in ("approve", "activate"):
            assert do(quentin, version, verb) == 302
        assert paula.post("/admin/policies/packaged/", {"reason": ""}).status_code == 422
        assert paula.post("/admin/policies/packaged/", {"reason": "as it came"}).status_code == 302
        assert "clerk" in roles_let_in(action=CANCEL)
        assert do(paula, version, "roll-back", reason="it was right") == 302
        assert roles_let_in(action=CANCEL) == frozenset()
