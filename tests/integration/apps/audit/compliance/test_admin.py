# SPDX-License-Identifier: Apache-2.0
"""The administration shows how controls stand, runs checks, and lets two people agree to exceptions."""

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.audit.models import CheckResult, CheckRun, CompliancePack, ControlException
from cortex.approvals.models import Proposal
from cortex.identity.models import User
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.sessions import sign_in, with_factor
from tests.integration.apps.audit.compliance.packs import Signer, agreed, in_force
from tests.integration.cortex.policy_versions.people import Administrators
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

ROOT = "/admin/audit/"
POSTURE = f"{ROOT}compliancepack/posture/"
CONTROLS = f"{ROOT}compliancepack/controls/"
CONTROL = f"{CONTROLS}demo/CC6.1/"


@pytest.fixture
def alice(people: Administrators) -> Client:
    return sign_in(Client(), with_factor(User.objects.get(username="alice")))


@pytest.fixture
def pack_in_force(people: Administrators, signed_by: Signer) -> None:
    in_force(signed_by, by=people.alice, second=people.bob)


def seen(client: Client, url: str) -> str:
    """Return a page as it is read."""
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.django_db(databases=["default", "service"])
class TestPosture:
    def test_says_what_to_do_without_a_pack(self, alice: Client) -> None:
        assert "No pack is in force." in seen(alice, POSTURE)

    @pytest.mark.usefixtures("pack_in_force")
    def test_shows_gaps_and_how_they_close(self, alice: Client) -> None:
        assert "It was never run. Switch the accounts off" in seen(alice, POSTURE)
        done = alice.post(f"{ROOT}compliancepack/run/", follow=True)
        assert "demo: 1 passed, 0 failed, 0 unknown." in unescape(done.content.decode())
        page = seen(alice, POSTURE)
        assert "There is no gap." in page
        assert 'class="cx-bar-good" x="0" y="0" width="599"' in page
        assert " style=" not in page.partition("<main")[2].partition("</main>")[0]

    def test_leads_to_controls_of_a_pack_with_a_dot_in_its_name(
        self, alice: Client, people: Administrators, signed_by: Signer
    ) -> None:
        dotted = PACK.replace("pack: demo", "pack: acme.iso")
        in_force(signed_by, text=dotted, by=people.alice, second=people.bob)
        url = f"{CONTROLS}acme.iso/CC6.1/"
        assert url in seen(alice, POSTURE)
        assert "Who may what." in seen(alice, url)

    @pytest.mark.usefixtures("pack_in_force")
    def test_tells_when_it_is_looked_again(self, alice: Client) -> None:
        page = seen(alice, POSTURE)
        assert "Checks that were never run are due at once." in page
        assert "it was never started" in page
        alice.post(f"{ROOT}compliancepack/run/")
        every = IntervalSchedule.objects.create(every=900, period="seconds")
        row = PeriodicTask.objects.create(
            name="run-due-checks", task="apps.audit.run_due_checks", interval=every
        )
        due = f"{CheckResult.objects.get().checked_at + timedelta(hours=12):%Y-%m-%d %H:%M}"
        page = seen(alice, POSTURE)
        assert f"The next check is due at {due} UTC." in page
        assert 'every 15 minutes: <span class="cx-mark cx-good">switched on</span>, not run yet' in page
        assert f"/admin/django_celery_beat/periodictask/{row.pk}/change/" in page
        assert f'<td class="cx-whole">{due}</td>' in seen(alice, CONTROL)
        PeriodicTask.objects.update(enabled=False, last_run_at=get(Clock).now())
        assert "switched off</span>, last at " in seen(alice, POSTURE)

    @pytest.mark.usefixtures("pack_in_force")
    def test_runs_nothing_when_it_is_looked_at(self, alice: Client) -> None:
        seen(alice, f"{ROOT}compliancepack/run/")
        assert not CheckRun.objects.exists()


@pytest.mark.django_db(databases=["default", "service"])
@pytest.mark.usefixtures("pack_in_force")
class TestControl:
    def test_shows_evidence_and_history(self, alice: Client) -> None:
        alice.post(f"{ROOT}compliancepack/run/")
        result = CheckResult.objects.get()
        page = seen(alice, CONTROL)
        assert f"{ROOT}checkresult/{result.id}/change/" in page
        assert f"?q={result.run_id}" in page
        assert result.evidence_digest[:16] in page
        assert result.evidence in seen(alice, f"{ROOT}checkresult/{result.id}/change/")

    def test_shows_what_people_do_by_hand(self, alice: Client) -> None:
        assert "Every 90 days. Keep: The minutes." in seen(alice, f"{CONTROLS}demo/A.5.1/")

    def test_shows_licensed_texts(self, alice: Client, tmp_path: Path) -> None:
        (tmp_path / "demo.yaml").write_text("pack: demo\ntexts: {CC6.1: As the publisher says it.}\n")
        with override_settings(COMPLIANCE_TEXTS=str(tmp_path)):
            assert "As the publisher says it." in seen(alice, CONTROL)
            (tmp_path / "demo.yaml").write_text("pack: other\ntexts: {}\n")
            assert "expected the pack demo, got other" in seen(alice, CONTROL)

    @pytest.mark.parametrize("url", [f"{CONTROLS}demo/CC9.9/", f"{CONTROLS}other/CC6.1/"])
    def test_is_not_found_where_there_is_none(self, alice: Client, url: str) -> None:
        assert alice.get(url).status_code == 404

    def test_is_excepted_by_two(self, alice: Client, people: Administrators) -> None:
        day = get(Clock).now().date() + timedelta(days=30)
        given = {"control": "demo/CC6.1", "reason": "Laptops come in December.", "ends_date": day.isoformat()}
        assert alice.post(f"{ROOT}controlexception/ask/", given).status_code == 302
        assert not ControlException.objects.exists()
        agreed(Proposal.objects.get(kind="audit.control.except"), by=people.bob)
        page = seen(alice, CONTROL)
        assert "Laptops come in December." in page
        assert "Bob" in page
        assert "Laptops" in seen(alice, f"{ROOT}controlexception/")

    def test_is_not_excepted_without_an_end(self, alice: Client) -> None:
        given = {"control": "demo/CC6.1", "reason": "Never.", "ends_date": "2020-01-01"}
        answer = alice.post(f"{ROOT}controlexception/ask/", given)
        assert (answer.status_code, Proposal.objects.filter(kind="audit.control.except").count()) == (422, 0)


class TestPacks:
    def test_are_brought_in_by_one_and_wait_for_another(self, alice: Client) -> None:
        answer = alice.post(f"{ROOT}compliancepack/bring-in/", {"pack": "iso-27001-2022"})
        assert answer.status_code == 302
        assert CompliancePack.objects.get().state == "waiting"
        assert "Waits for a second person" in seen(alice, f"{ROOT}compliancepack/")

    @pytest.mark.usefixtures("pack_in_force")
    def test_are_closed_to_outsiders(self, people: Administrators) -> None:
        User.objects.filter(username="charlie").update(is_staff=True)
        charlie = sign_in(Client(), with_factor(User.objects.get(username="charlie")))
        pages = [
            POSTURE,
            CONTROL,
            *(f"{ROOT}{name}/" for name in ("compliancepack", "checkrun", "checkresult")),
        ]
        assert [charlie.get(url).status_code for url in pages] == [403] * len(pages)
        for verb in ("compliancepack/run/", "compliancepack/bring-in/", "controlexception/ask/"):
            assert charlie.post(f"{ROOT}{verb}").status_code == 403
        assert (CheckRun.objects.count(), CompliancePack.objects.count()) == (0, 1)
