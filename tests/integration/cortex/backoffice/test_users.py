# SPDX-License-Identifier: Apache-2.0
"""Users in the administration: verbs alone change them, after a fresh sign-in, and leave their traces."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.audit.models import AuditEntry
from cortex import clock
from cortex.approvals.models import Proposal
from cortex.container.override import override
from cortex.identity.deactivate_user import deactivate_user, reactivate_user
from cortex.identity.models import OneTimeSignIn, SignedInSession, User
from cortex.identity.second_factors.stored import has_second_factor, remove_all_factors
from cortex.mail.models import Letter
from cortex.ports.mail import Letters
from cortex.ports.vault import VaultMustBeReachable
from cortex.tenancy import scope
from tests.factories.leaves import watched_leaves
from tests.factories.letters import SealedLetters
from tests.factories.people import CONSOLE, Cast, cast, create_user, just_signed_in, member
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

# Of what belongs to no company, the trail beside it is read by the service role.
pytestmark = pytest.mark.django_db(databases=["default", "service"])
STALE = timedelta(minutes=90)
PASSWORD = "correct horse battery"  # pragma: allowlist secret
# Help that gets into an account, and the leaf that its holder's companies have of it.
HELP = {
    "change-address": "identity.member.address_changed",
    "remove-factors": "identity.member.factors_removed",
}
VERBS = ("deactivate", "remove-factors", "change-address", "let-in", "give-role")


@pytest.fixture
def people() -> Cast:
    found = cast()
    User.objects.filter(pk=found.alice.pk).update(email="alice@example.org")
    User.objects.filter(pk=found.charlie.pk).update(email="charlie@example.org")
    for user in (found.alice, found.charlie):
        with_factor(user)
    return found


@pytest.fixture
def paula() -> User:
    return platform_administrator("paula")


@pytest.fixture
def fresh(paula: User) -> Client:
    return sign_in(Client(), paula)


@pytest.fixture
def stale(paula: User) -> Client:
    return sign_in(Client(), paula, at=clock.now() - STALE)


def path(user: User, verb: str = "change") -> str:
    return f"/admin/identity/user/{user.pk}/{verb}/"


def told() -> set[tuple[str, str]]:
    return set(Letter.objects.values_list("topic", "address"))


def state(user: User) -> tuple[object, ...]:
    found = User.objects.get(pk=user.pk)
    factors = has_second_factor(user_id=user.pk)
    return (found.email, found.full_name, found.is_active, found.is_staff, found.platform_roles, factors)


class TestList:
    def test_tells_of_no_column_that_it_does_not_show(self, fresh: Client, people: Cast) -> None:
        people.alice.set_password(PASSWORD)
        people.alice.save(update_fields=["password"])
        first = people.alice.password[:8]
        asked = (f"password__startswith={first}", "password__startswith=x", f"pk={people.alice.pk}")
        assert [fresh.get(f"/admin/identity/user/?{each}").status_code for each in asked] == [400] * 3
        assert fresh.get("/admin/identity/user/?kind__exact=person").status_code == 200


class TestForm:
    def test_changes_nothing(self, fresh: Client, people: Cast, paula: User) -> None:
        """A form past every service would set an address, ask for a reset, and sign in as her."""
        before = state(people.alice), state(paula)
        form = {
            "full_name": "Mallory",
            "email": "mallory@example.org",
            "is_staff": "on",
            "is_superuser": "on",
        }
        with watched_leaves() as log:
            for user in (people.alice, paula):
                assert fresh.post(path(user), form).status_code == 403
        assert (state(people.alice), state(paula)) == before
        assert (log.verbs, told()) == (["policy.access.refused"], set())


class TestVerbs:
    @pytest.mark.parametrize("verb", VERBS)
    def test_ask_for_a_fresh_sign_in(self, stale: Client, people: Cast, verb: str) -> None:
        before, given = state(people.alice), {"address": "mallory@example.org", "role": "plugin-reviewer"}
        with watched_leaves() as log:
            answer = stale.post(path(people.alice, verb), given)
        assert answer.headers["Location"].startswith("/accounts/confirm/")
        assert state(people.alice) == before
        assert [each for each in log.verbs if each.startswith("identity.")] == []
        assert (told(), Proposal.objects.count()) == (set(), 0)

    @pytest.mark.parametrize("verb", VERBS)
    def test_are_refused_for_oneself_and_to_everybody_else(
        self, fresh: Client, people: Cast, paula: User, verb: str
    ) -> None:
        given, before = {"address": "mallory@example.org", "role": "plugin-reviewer"}, state(paula)
        assert fresh.post(path(paula, verb), given).status_code == 403
        for user in (people.bob, people.charlie):
            assert staff(user).post(path(paula, verb), given).status_code in (403, 404)
        assert state(paula) == before
        assert told() == set()

    def test_switch_off_and_on(self, fresh: Client, people: Cast) -> None:
        alice = sign_in(Client(), people.alice)
        SignedInSession.objects.create(
            user=people.alice,
            session_key=alice.session.session_key or "",
            methods=["pwd"],
            device="Firefox",
            address="127.0.0.1",
            began_at=clock.now(),
            last_used_at=clock.now(),
        )
        with watched_leaves() as log:
            assert fresh.post(path(people.alice, "deactivate")).status_code == 302
        assert log.verbs == ["identity.session.ended", "identity.user.deactivated"]
        assert alice.get("/accounts/security/").status_code == 302
        assert not SignedInSession.objects.filter(user=people.alice).exists()
        assert told() == {("identity.switched", "alice@example.org")}
        assert fresh.post(path(people.alice, "reactivate")).status_code == 302
        assert User.objects.get(pk=people.alice.pk).is_active

    def test_change_the_address_before_the_eyes_of_both(self, fresh: Client, people: Cast) -> None:
        OneTimeSignIn.objects.create(
            user=people.charlie, digest=b"1" * 32, purpose="password_reset", expires_at=clock.now() + STALE
        )
        with watched_leaves() as log:
            answer = fresh.post(path(people.charlie, "change-address"), {"address": "charlie@new.example"})
        assert answer.status_code == 302
        assert log.verbs == ["identity.user.address_changed"]
        assert state(people.charlie)[0] == "charlie@new.example"
        topic = "identity.address_changed"
        assert told() == {(topic, "charlie@example.org"), (topic, "charlie@new.example")}
        assert not OneTimeSignIn.objects.exists()

    def test_remove_the_factors_of_somebody_who_lost_them(self, fresh: Client, people: Cast) -> None:
        assert "/remove-factors/" in page(fresh.get(path(people.charlie)))
        with watched_leaves() as log:
            assert fresh.post(path(people.charlie, "remove-factors")).status_code == 302
        assert log.verbs == ["identity.factors.removed"]
        assert not has_second_factor(user_id=people.charlie.pk)
        assert told() == {("identity.factors_removed", "charlie@example.org")}
        assert "/remove-factors/" not in page(fresh.get(path(people.charlie)))

    def test_refuse_an_address_to_which_no_mail_goes(self, fresh: Client, people: Cast) -> None:
        assert "valid email" in page(fresh.post(path(people.alice, "change-address"), {"address": "alice"}))
        assert state(people.alice)[0] == "alice@example.org"

    def test_let_into_the_administration_and_keep_out(self, fresh: Client, people: Cast) -> None:
        with watched_leaves() as log:
            assert fresh.post(path(people.alice, "let-in")).status_code == 302
            assert state(people.alice)[3] is True
            assert fresh.post(path(people.alice, "keep-out")).status_code == 302
        assert state(people.alice)[3] is False
        assert log.verbs == [
            "identity.user.let_into_administration",
            "identity.user.kept_out_of_administration",
        ]
        assert told() == {("identity.staff_set", "alice@example.org")}


class TestMember:
    @pytest.mark.parametrize(("verb", "told_there"), HELP.items())
    def test_is_helped_by_two_before_the_eyes_of_the_company(
        self, fresh: Client, people: Cast, verb: str, told_there: str
    ) -> None:
        """Alone, one administrator would become a clerk and a controller: maker and checker."""
        others = {"an-administrator": "administrator", "a-controller": "controller", "a-viewer": "viewer"}
        for name, role in others.items():
            user = member(people.company, name=name, role=role)
            User.objects.filter(pk=user.pk).update(email=f"{role}@example.org")
        before = state(people.alice)
        assert fresh.post(path(people.alice, verb), {"address": "alice@new.example"}).status_code == 302
        proposal = Proposal.objects.get()
        assert (state(people.alice), told()) == (before, set())
        decide, seen = f"/admin/approvals/proposal/{proposal.pk}/approve/", {"digest": proposal.digest}
        assert fresh.post(decide, seen).status_code == 403
        assert state(people.alice) == before
        with watched_leaves() as log:
            other = sign_in(Client(), platform_administrator("pete"))
            assert other.post(decide, seen).status_code == 302
        assert state(people.alice) != before
        assert told_there in log.verbs
        letters = Letter.objects.filter(topic="identity.member_helped")
        written_to = set(letters.values_list("recipient__username", flat=True))
        assert written_to == {"a-controller", "an-administrator"}
        with scope([people.company.id]):
            leaf = AuditEntry.objects.get(verb=told_there)
        assert (leaf.company_id, leaf.object_id) == (people.company.id, people.alice.id)

    def test_is_not_taken_over_by_way_of_being_switched_off(self, fresh: Client, people: Cast) -> None:
        before = state(people.alice)
        for verb in ("deactivate", *HELP, "reactivate"):
            assert fresh.post(path(people.alice, verb), {"address": "mallory@example.org"}).status_code == 302
        assert state(people.alice) == before
        assert Proposal.objects.count() == len(HELP)

    def test_tells_nothing_of_the_address_by_the_digest_of_the_proposal(
        self, fresh: Client, people: Cast
    ) -> None:
        fresh.post(path(people.alice, "change-address"), {"address": "alice@new.example"})
        proposal = Proposal.objects.get()
        assert len(proposal.content["salt"]) == 32
        assert "alice@new.example" not in proposal.title
        assert "New address: alice@new.example" in proposal.summary

    def test_is_helped_at_the_console_and_the_company_is_told(self, people: Cast) -> None:
        with watched_leaves() as log:
            assert remove_all_factors(user_id=people.alice.id, actor=CONSOLE) == 1
        assert log.verbs == ["identity.factors.removed", "identity.member.factors_removed"]


class TestHolderOfARole:
    def test_is_not_taken_over_by_way_of_being_switched_off(
        self, fresh: Client, people: Cast, paula: User
    ) -> None:
        """Off, another address, no factors, on again, a reset: and one person would be the second one too."""
        pete, rita = platform_administrator("pete"), people.alice
        User.objects.filter(pk=rita.pk).update(is_plugin_reviewer=True)
        for user in (pete, paula):
            User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
        with_factor(pete)
        for user in (pete, rita):
            before = state(user)
            assert fresh.post(path(user, "deactivate")).status_code == 302
            switched = page(fresh.get(path(user)))
            for verb in ("change-address", "remove-factors"):
                assert f"/{verb}/" not in switched
                answer = fresh.post(path(user, verb), {"address": "mallory@example.org"})
                assert answer.status_code == 403
            assert fresh.post(path(user, "reactivate")).status_code == 302
            assert state(user) == before
        assert not {address for _, address in told()} & {"mallory@example.org"}

    def test_is_switched_off_and_on_before_the_eyes_of_all(
        self, fresh: Client, people: Cast, paula: User
    ) -> None:
        User.objects.filter(pk=people.alice.pk).update(is_plugin_reviewer=True)
        for user in (platform_administrator("pete"), paula):
            User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
        everybody = {("identity.switched", f"{name}@example.org") for name in ("alice", "paula", "pete")}
        for verb in ("deactivate", "reactivate"):
            before = list(Letter.objects.values_list("id", flat=True))
            assert fresh.post(path(people.alice, verb)).status_code == 302
            new = Letter.objects.exclude(id__in=before)
            assert set(new.values_list("topic", "address")) == everybody

    def test_is_not_switched_on_untold(self, people: Cast, paula: User) -> None:
        by = just_signed_in(paula)
        with override(Letters, SealedLetters()):
            deactivate_user(user_id=people.alice.id, actor=by)
            with pytest.raises(VaultMustBeReachable):
                reactivate_user(user_id=people.alice.id, actor=by)
        assert not User.objects.get(pk=people.alice.pk).is_active


class TestRoleOnThePlatform:
    def test_is_given_by_two(self, fresh: Client, people: Cast) -> None:
        pete = platform_administrator("pete")
        assert fresh.post(path(people.charlie, "give-role"), {"role": "platform-admin"}).status_code == 302
        proposal = Proposal.objects.get()
        assert state(people.charlie)[4] == frozenset()
        decide, seen = f"/admin/approvals/proposal/{proposal.pk}/approve/", {"digest": proposal.digest}
        assert fresh.post(decide, seen).status_code == 403
        stale = sign_in(Client(), pete, at=clock.now() - STALE)
        stale.post(decide, seen)
        assert state(people.charlie)[4] == frozenset()
        with watched_leaves() as log:
            assert sign_in(Client(), pete).post(decide, seen).status_code == 302
        assert state(people.charlie)[3:5] == (True, {"platform-admin"})
        assert "identity.platform_role.granted" in log.verbs


class TestPasswordPageOfTheLibrary:
    def test_leads_to_ones_own_account_and_changes_nothing(self) -> None:
        user = create_user(username="root", password=PASSWORD, is_platform_administrator=True)
        client = sign_in(Client(), user, at=clock.now() - STALE)
        given = {
            "old_password": PASSWORD,
            "new_password1": "two kettles sing",
            "new_password2": "two kettles sing",
        }
        for address in ("/admin/password_change/", "/admin/password_change/done/"):
            for answer in (client.get(address), client.post(address, given)):
                assert (answer.status_code, answer.headers["Location"]) == (
                    302,
                    "/accounts/security/password/",
                )
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)
