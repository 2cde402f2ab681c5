# SPDX-License-Identifier: Apache-2.0
"""What people see of calls: in the administration, and in the books where a validator says no."""

import html
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from apps.plugins.services.forget_calls import KEPT_DAYS, forget_calls
from cortex.container.override import override
from cortex.identity.membership_changes import revoke_membership
from cortex.identity.models import User
from cortex.identity.set_staff import set_staff
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from tests.factories.books import BANK, CONSOLE, RENT
from tests.factories.clocks import ClockAhead
from tests.factories.people import just_signed_in, person
from tests.factories.sessions import sign_in
from tests.integration.apps.plugins.runtime.conftest import Scene
from tests.integration.apps.plugins.runtime.hearing import hear, posted

CALLS = "/admin/plugins/plugincall/"


def page(scene: Scene, path: str, *, user: User | None = None, status: int = 200) -> str:
    who = user or scene.alice
    set_staff(user_id=who.id, is_staff=True, set_by=CONSOLE)
    response = sign_in(Client(), who).get(path)
    assert response.status_code == status
    return html.unescape(response.content.decode())


class TestTheAdministration:
    def test_shows_a_call_with_its_log_and_the_authors_traceback(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.mode("fail")
        hear(scene, event)
        (call,) = scene.plugin.calls("event")
        assert "plugins.plugin_must_succeed" in page(scene, CALLS)
        shown = page(scene, f"{CALLS}{call.id}/change/")
        assert 'File "plugin.py", line 11, in on_posted' in shown
        assert str(event.id) in shown

    def test_sums_up_health_and_cost_with_a_plot(self, scene: Scene) -> None:
        hear(scene, posted(scene))
        shown = page(scene, f"{CALLS}health/")
        assert "com.example.worker" in shown
        assert 'class="cx-bar-good"' in shown
        assert "2 answered</title>" in shown

    def test_shows_on_the_plugin_that_nobody_stands_behind_it(self, scene: Scene) -> None:
        """Nothing was called, so that no call tells of it."""
        where, api = (
            f"/admin/plugins/installation/{scene.plugin.id}/change/",
            "/api/v1/companies/DEMO/plugins",
        )
        assert "none within 30 days" in page(scene, where, user=scene.carl)
        event = posted(scene)
        revoke_membership(company_id=scene.books.company_id, user_id=scene.alice.id, revoked_by=CONSOLE)
        hear(scene, event)
        assert scene.plugin.calls("event") == []
        assert "event, failed: plugins.person_must_stand_behind" in page(scene, where, user=scene.carl)
        carl = sign_in(Client(), scene.carl)
        alone = carl.get(f"{api}/com.example.worker").json()
        assert alone["last_run_error"] == "plugins.person_must_stand_behind"
        assert alone["last_run_at"] is not None
        assert carl.get(api).json()["items"] == [alone]

    def test_shows_nothing_to_whoever_may_not_see_calls(self, scene: Scene) -> None:
        hear(scene, posted(scene))
        page(scene, f"{CALLS}health/", user=scene.vera, status=403)
        stranger = person("mallory")
        page(scene, f"{CALLS}health/", user=stranger, status=403)


class TestTheBooks:
    def test_tell_the_reason_of_a_validator_and_keep_what_was_typed(self, scene: Scene) -> None:
        client = sign_in(Client(), scene.carl)
        typed = {
            "key": str(uuid4()),
            "accounting_date": "2026-03-15",
            "narration": "Rent for years",
            "reference": "",
            "account": [RENT, BANK],
            "party": ["", ""],
            "memo": ["", ""],
            "debit": ["2000.00", ""],
            "credit": ["", "2000.00"],
        }
        response = client.post("/books/DEMO/entries/new/", typed)
        told = html.unescape(response.content.decode())
        assert "Plugin com.example.worker refuses this: Rent for years is above the limit. Ask Alice." in told
        assert 'value="Rent for years"' in told


class TestForgetting:
    def test_takes_calls_and_runs_that_are_over_for_thirty_days(self, scene: Scene) -> None:
        hear(scene, posted(scene))
        assert forget_calls(forgotten_by=CONSOLE).done == 0
        with override(Clock, ClockAhead(by=timedelta(days=KEPT_DAYS + 1))):
            # The validator's call, the handler's, and its run.
            assert forget_calls(forgotten_by=CONSOLE).done == 3
        assert (scene.plugin.calls("event"), scene.plugin.runs) == ([], [])

    def test_is_the_schedules_alone(self, scene: Scene) -> None:
        for actor in (just_signed_in(scene.alice), Principal.service("web")):
            with pytest.raises(AccessMustBeGranted):
                forget_calls(forgotten_by=actor)
