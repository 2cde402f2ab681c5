# SPDX-License-Identifier: Apache-2.0
"""What a version of people's own leaves out of a release is told at the start, by checks and on its page."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from structlog.testing import capture_logs

from cortex.policy.active import active_engine, policies_fit
from cortex.policy.checks import no_action_is_left_out
from cortex.policy.engine import PolicyEngine
from cortex.policy.fitted import FENCE, fitted
from cortex.policy.left_out import actions_left_out
from cortex.policy.packaged import packaged_now, packaged_text
from cortex.policy.policy_text import policies_of
from cortex.policy.start import look_at_policies, note_release
from cortex.policy_versions.check_version import checked_version
from cortex.policy_versions.errors import PolicyVersionMustFit
from cortex.ports.principal import Principal
from tests.factories.people import cast
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator
from tests.integration.cortex.policy.test_versions_in_force import activate, written

CONSOLE = Principal.service("console")
FORGET, READ = "policy.decision.forget", "policy.decision.read"
WITHOUT = "policy.scheduler_forgets_decisions"
FORBIDDEN = """
@id("house.forget")
@title("Decisions are kept for ever")
forbid (principal, action == Cortex::Action::"policy.decision.forget", resource);
"""
BY_SCOPE = """
@id("house.schedule")
@title("The schedule does everything of the platform")
permit (principal == Cortex::Service::"scheduler", action in Cortex::Action::"platform:write", resource);
"""
EVERYTHING_TO_ONE = """
@id("house.relay")
@title("One service does everything")
permit (principal == Cortex::Service::"relay", action, resource);
"""
EVERYTHING_TO_A_ROLE = """
@id("house.chiefs")
@title("Platform administrators do everything")
permit (principal in Cortex::Role::"platform-admin", action, resource);
"""


def text_without(*ids: str) -> str:
    """Return the policies of this release but these, as a version that was written before there were any."""
    return "\n".join(policy.text for policy in policies_of(packaged_text()) if policy.id not in ids)


def left_out(text: str) -> tuple[str, ...]:
    return actions_left_out(PolicyEngine(text, version=3))


class TestActionsLeftOut:
    def test_are_none_under_what_the_program_brings_along(self) -> None:
        assert left_out(packaged_text()) == ()
        assert actions_left_out(PolicyEngine(text_without(WITHOUT), version=0)) == ()

    def test_are_those_that_no_policy_of_the_version_names(self) -> None:
        assert left_out(text_without(WITHOUT)) == (FORGET,)
        assert left_out(text_without(WITHOUT, "policy.members_see_decisions")) == (FORGET, READ)

    def test_are_not_those_that_it_forbids_by_name(self) -> None:
        assert left_out(text_without(WITHOUT) + FORBIDDEN) == ()

    def test_are_not_those_that_it_opens_by_their_scope_or_with_everything(self) -> None:
        assert FORGET in left_out(text_without(WITHOUT) + EVERYTHING_TO_ONE)
        assert left_out(text_without(WITHOUT) + EVERYTHING_TO_A_ROLE) == ()
        assert left_out(text_without(WITHOUT) + BY_SCOPE) == ()

    def test_are_told_although_auditors_read_everything(self) -> None:
        """Members cannot look any more, which the policy that lets auditors read everything does not mend."""
        assert READ in left_out(text_without("policy.members_see_decisions"))


MOON = """
@id("house.moon")
@title("Nobody lands on the moon")
forbid (principal, action == Cortex::Action::"accounting.moon.land", resource);
"""


class TestVersionThatNamesWhatIsGone:
    """The upgrade that takes an action away brings others, and the program fences off what nobody named."""

    def test_leaves_out_what_its_fence_forbids_by_name(self) -> None:
        found = fitted(text_without(WITHOUT) + MOON, version=3)
        assert found.fit == "narrowed"
        assert FENCE in found.engine.policies
        assert FORGET in actions_left_out(found.engine)

    def test_still_does_not_leave_out_what_it_opens_or_forbids_by_name(self) -> None:
        told = actions_left_out(fitted(text_without(WITHOUT) + MOON + FORBIDDEN, version=3).engine)
        assert FORGET not in told
        assert READ not in told

    @pytest.mark.django_db
    def test_is_warned_of_at_the_start_by_checks_and_at_the_console(self) -> None:
        number = written(text_without(WITHOUT) + MOON)
        activate(number)
        with capture_logs() as said:
            note_release()
        (warning,) = [line for line in said if line["event"] == "policies_leave_actions_out"]
        assert FORGET in warning["actions"]
        assert FORGET in no_action_is_left_out(None, databases=["default"])[0].msg
        with pytest.raises(PolicyVersionMustFit, match=FORGET):
            checked_version(seen_by=CONSOLE)


@pytest.fixture
def in_force(db: None) -> int:
    """Put a version in force that was written before the schedule forgot decisions; return its number."""
    number = written(text_without(WITHOUT))
    activate(number)
    assert active_engine().version == number
    return number


class TestStart:
    @pytest.mark.parametrize("start", [look_at_policies, note_release], ids=["of a process", "after migrate"])
    def test_warns_with_the_names_and_the_remedy(self, start: Callable[[], None], in_force: int) -> None:
        with capture_logs() as said:
            start()
        (warning,) = [line for line in said if line["event"] == "policies_leave_actions_out"]
        assert (warning["log_level"], warning["version"], warning["actions"]) == (
            "warning",
            in_force,
            [FORGET],
        )
        assert "cortex policy show 0" in warning["remedy"]

    def test_says_nothing_where_nothing_is_left_out(self, db: None) -> None:
        with capture_logs() as said:
            look_at_policies()
        assert [line["event"] for line in said] == []
        activate(written(packaged_text()))
        with capture_logs() as said:
            look_at_policies()
        assert [line["event"] for line in said] == []


@pytest.mark.django_db(databases=["default", "service"])
class TestCheck:
    def test_of_the_database_warns_with_the_names_and_the_remedy(self, in_force: int) -> None:
        (warning,) = [each for each in run_checks(databases=["default"]) if each.id == "policy.W001"]
        assert warning.msg == (
            f"Version {in_force} of the policies does not name 1 of this release's actions, so that "
            f"nobody may do them: {FORGET}."
        )
        assert "cortex policy show 0" in str(warning.hint)
        assert not warning.is_serious()

    def test_without_a_database_asks_none(self, in_force: int) -> None:
        assert [each for each in run_checks() if each.id == "policy.W001"] == []

    def test_of_a_version_that_names_all_says_nothing(self, db: None) -> None:
        activate(written(packaged_text()))
        assert [each for each in run_checks(databases=["default"]) if each.id == "policy.W001"] == []

    def test_at_the_console_names_them_and_does_not_fail(self, in_force: int) -> None:
        """People may leave something out on purpose: so readiness is well, too."""
        told = checked_version(seen_by=CONSOLE)
        assert told.startswith(f"version {in_force} fits this release, and names nowhere")
        assert FORGET in told
        assert policies_fit()
        out = StringIO()
        call_command("policy", "check", stdout=out)
        assert FORGET in out.getvalue()


class TestDoors:
    LIST, API = "/admin/policy/policyversion/", "/api/v1/policies/versions"

    def test_show_it_above_the_versions(self, in_force: int) -> None:
        client = Client(raise_request_exception=False)
        sign_in(client, platform_administrator("paula"), methods=("pwd", "otp"))
        shown = page(client.get(self.LIST))
        assert f"Left out by version {in_force}" in shown
        assert f"<code>{FORGET}</code>" in shown
        assert client.get(self.API).json()["actions_left_out"] == [FORGET]
        activate(0)
        assert "Left out by version" not in page(client.get(self.LIST))
        assert client.get(self.API).json()["actions_left_out"] == []

    def test_show_it_to_nobody_who_may_not_see_versions(self, in_force: int) -> None:
        people = cast()
        answer = staff(people.alice).get(self.LIST)
        assert answer.status_code == 403
        assert FORGET not in answer.content.decode()

    def test_show_what_releases_brought_along(self, db: None) -> None:
        client = Client(raise_request_exception=False)
        sign_in(client, platform_administrator("paula"), methods=("pwd", "otp"))
        note_release()
        shown = page(client.get("/admin/policies/packaged/"))
        assert packaged_now().digest in shown
