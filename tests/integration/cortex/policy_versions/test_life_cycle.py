# SPDX-License-Identifier: Apache-2.0
"""A text of policies comes into force in the hands of two people, and goes back in the hands of one."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from cortex.approvals.selectors import waiting_about
from cortex.policy.active import ACTIVE, active_engine
from cortex.policy.errors import PoliciesMustBeReadable
from cortex.policy.models import PolicyActivation, PolicyVersion
from cortex.policy.packaged import packaged_text
from cortex.policy_versions.activate_version import activate_version
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.differences import difference
from cortex.policy_versions.draft_version import draft_version
from cortex.policy_versions.errors import (
    PolicyVersionMustBeSound,
    PolicyVersionMustComeSoFar,
    PolicyVersionMustDiffer,
    PolicyVersionMustExist,
    SecondPersonMustApprove,
    VersionMustHaveBeenInForce,
)
from cortex.policy_versions.roll_back import roll_back
from cortex.policy_versions.selectors import list_versions, number_in_force
from cortex.policy_versions.shipped import draft_what_is_shipped
from cortex.policy_versions.simulate_version import simulate_version
from cortex.policy_versions.trail import OBJECT_TYPE
from cortex.policy_versions.validate_version import validate_version
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.integration.cortex.policy_versions.people import (
    NO_CLERKS,
    Administrators,
    administrators,
    drafted,
    simulated,
)

# The service role reads recorded decisions on a connection of its own.
pytestmark = pytest.mark.django_db(databases=["default", "service"])
CONSOLE = Principal.service("console")
WITHOUT_A_WAY_BACK = """
@id("house.nobody_changes_policies")
@title("Nobody changes policies any more")
forbid (principal, action == Cortex::Action::"policy.version.activate", resource);
"""


@pytest.fixture
def people(db: None) -> Administrators:
    ACTIVE.look_again()
    return administrators()


@pytest.fixture(autouse=True)
def looked_at_anew() -> None:
    """Let no test decide by what another one put in force."""
    ACTIVE.look_again()


def in_force(people: Administrators, addition: str = NO_CLERKS) -> PolicyVersion:
    version = simulated(people.alice, addition)
    approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
    return activate_version(number=version.number, activated_by=people.alice)


class TestFromDraftIntoForce:
    def test_takes_an_author_and_a_second_person(self, people: Administrators) -> None:
        version = in_force(people)
        ACTIVE.look_again()
        assert (version.state, number_in_force()) == ("active", version.number)
        assert active_engine().version == version.number
        assert "house.clerks_post_nothing" in active_engine().policies
        assert version.approved_by == people.bob.urn

    def test_leaves_no_step_out(self, people: Administrators) -> None:
        version = drafted(people.alice)
        for step in (
            lambda: simulate_version(number=version.number, simulated_by=people.alice),
            lambda: approve_version(number=version.number, digest=version.digest, approved_by=people.bob),
            lambda: activate_version(number=version.number, activated_by=people.alice),
        ):
            with pytest.raises(PolicyVersionMustComeSoFar):
                step()
        version.refresh_from_db()
        assert (version.state, number_in_force()) == ("draft", 0)

    def test_does_not_let_the_author_approve(self, people: Administrators) -> None:
        version = simulated(people.alice)
        with pytest.raises(SecondPersonMustApprove):
            approve_version(number=version.number, digest=version.digest, approved_by=people.alice)
        version.refresh_from_db()
        assert (version.state, version.approved_by) == ("simulated", None)

    def test_does_not_let_a_program_of_the_author_or_a_service_approve(self, people: Administrators) -> None:
        version = simulated(people.alice)
        program = Principal("client", "robot", people.alice.user_id, scopes=frozenset({"platform:write"}))
        for approver in (program, CONSOLE):
            with pytest.raises(SecondPersonMustApprove):
                approve_version(number=version.number, digest=version.digest, approved_by=approver)
        version.refresh_from_db()
        assert version.approved_by is None

    def test_does_not_let_whoever_wrote_it_through_a_program_approve(self, people: Administrators) -> None:
        program = Principal(
            kind="client",
            id="robot",
            user_id=people.alice.user_id,
            scopes=frozenset({"platform:read", "platform:write"}),
            acts_for_person=True,
            authentication=people.alice.authentication,
        )
        version = drafted(program)
        validate_version(number=version.number, validated_by=program)
        # A colleague who only looks at what would change does not become whoever asks for approval.
        simulate_version(number=version.number, simulated_by=people.bob)
        assert waiting_about(company_id=None, object_type=OBJECT_TYPE, object_id=version.id) is None
        simulate_version(number=version.number, simulated_by=program)
        with pytest.raises(SecondPersonMustApprove):
            approve_version(number=version.number, digest=version.digest, approved_by=people.alice)
        with pytest.raises(IntegrityError, match="approved_by_another_person"), transaction.atomic():
            PolicyVersion.objects.filter(id=version.id).update(
                approved_by=people.alice.urn, approved_at=version.created_at
            )
        version.refresh_from_db()
        assert version.approved_by is None

    def test_is_refused_by_the_database_to_the_author(self, people: Administrators) -> None:
        version = simulated(people.alice)
        with pytest.raises(IntegrityError, match="policy_version_approved_by_another"), transaction.atomic():
            PolicyVersion.objects.filter(id=version.id).update(
                approved_by=people.alice.urn, approved_at=version.created_at
            )

    def test_never_changes_a_text(self, people: Administrators) -> None:
        version = drafted(people.alice)
        with pytest.raises(ProgrammingError), transaction.atomic():
            PolicyVersion.objects.filter(id=version.id).update(text="permit (principal, action, resource);")
        version.refresh_from_db()
        assert version.text.startswith(packaged_text()[:50])

    def test_approves_what_was_seen_and_nothing_else(self, people: Administrators) -> None:
        version = simulated(people.alice)
        with pytest.raises(SecondPersonMustApprove, match="digest"):
            approve_version(number=version.number, digest="0" * 64, approved_by=people.bob)

    def test_is_closed_to_outsiders(self, people: Administrators) -> None:
        version = simulated(people.alice)
        with pytest.raises(AccessMustBeGranted):
            drafted(people.charlie)
        with pytest.raises(AccessMustBeGranted):
            approve_version(number=version.number, digest=version.digest, approved_by=people.charlie)
        with pytest.raises(AccessMustBeGranted):
            list_versions(seen_by=people.charlie)
        with pytest.raises(AccessMustBeGranted):
            roll_back(number=0, rolled_back_by=people.charlie, reason="Mine")
        assert PolicyVersion.objects.count() == 1

    def test_never_lets_a_version_in_that_nobody_could_leave(self, people: Administrators) -> None:
        version = drafted(people.alice, WITHOUT_A_WAY_BACK)
        (found,) = validate_version(number=version.number, validated_by=people.alice)
        assert (found.kind, found.policy_id) == ("locked_out", "")
        assert "policy.version.activate" in found.message
        version.refresh_from_db()
        assert version.state == "draft"

    def test_asks_again_at_the_last_step(self, people: Administrators) -> None:
        version = drafted(people.alice, WITHOUT_A_WAY_BACK)
        PolicyVersion.objects.filter(id=version.id).update(
            state="approved", approved_by=people.bob.urn, approved_at=version.created_at
        )
        with pytest.raises(PolicyVersionMustBeSound):
            activate_version(number=version.number, activated_by=people.alice)
        assert (PolicyActivation.objects.count(), number_in_force()) == (0, 0)

    def test_retires_the_version_before(self, people: Administrators) -> None:
        first = in_force(people)
        second = in_force(people, NO_CLERKS.replace("Clerks post", "Clerks really post"))
        first.refresh_from_db()
        assert (first.state, second.state) == ("retired", "active")
        assert PolicyVersion.objects.filter(state="active").count() == 1


class TestRollBack:
    def test_takes_one_person_and_is_recorded(self, people: Administrators) -> None:
        first = in_force(people)
        in_force(people, NO_CLERKS.replace("Clerks post", "Clerks really post"))
        roll_back(number=first.number, rolled_back_by=people.bob, reason="Clerks could not work")
        ACTIVE.look_again()
        latest = PolicyActivation.objects.order_by("-id")[0]
        assert (latest.version, latest.reason, latest.activated_by) == (
            first,
            "Clerks could not work",
            people.bob.urn,
        )
        assert active_engine().version == first.number

    def test_reaches_the_policies_of_the_program(self, people: Administrators) -> None:
        version = in_force(people)
        roll_back(number=0, rolled_back_by=CONSOLE, reason="Back to the beginning")
        ACTIVE.look_again()
        version.refresh_from_db()
        assert (number_in_force(), active_engine().version, version.state) == (0, 0, "retired")

    def test_is_refused_to_what_was_never_in_force(self, people: Administrators) -> None:
        version = simulated(people.alice)
        with pytest.raises(VersionMustHaveBeenInForce):
            roll_back(number=version.number, rolled_back_by=people.bob, reason="Try")
        with pytest.raises(PolicyVersionMustDiffer):
            roll_back(number=0, rolled_back_by=people.bob, reason="Try")
        with pytest.raises(PolicyVersionMustExist):
            roll_back(number=99, rolled_back_by=people.bob, reason="Try")
        assert PolicyActivation.objects.count() == 0


class TestWhatIsShipped:
    def test_is_drafted_once_beside_a_version_of_the_house(self, people: Administrators) -> None:
        assert draft_what_is_shipped(drafted_by=CONSOLE) is None
        version = in_force(people)
        shipped = draft_what_is_shipped(drafted_by=CONSOLE)
        assert shipped is not None
        assert (shipped.text, shipped.state) == (packaged_text(), "draft")
        assert draft_what_is_shipped(drafted_by=CONSOLE) is None
        assert number_in_force() == version.number
        found = difference(before=version.number, after=shipped.number, seen_by=people.alice)
        assert (found.added, found.removed, found.changed) == ([], ["house.clerks_post_nothing"], [])
        assert '-@id("house.clerks_post_nothing")' in found.lines


class TestDraft:
    @pytest.mark.parametrize("text", ["", "  \n", "x" * 256_001, "permit\x00"])
    def test_is_refused_without_beginning_or_end(self, people: Administrators, text: str) -> None:
        with pytest.raises(PoliciesMustBeReadable):
            draft_version(text=text, note="", drafted_by=people.alice)
        assert PolicyVersion.objects.count() == 0
