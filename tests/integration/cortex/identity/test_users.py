# SPDX-License-Identifier: Apache-2.0
"""Users and their memberships."""

import pytest

from cortex.identity.memberships import RoleMustBeKnown, membership_in, memberships_of
from cortex.identity.models import User
from cortex.identity.trail import ENTRANCE
from cortex.identity.users import UserMustBeWellFormed, UserMustExist, UsernameMustBeUnique, active_user
from cortex.mail.models import Letter
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.leaves import watched_leaves
from tests.factories.people import cast, create_company, create_user, just_signed_in, let_in

pytestmark = pytest.mark.django_db


class TestCreateUser:
    def test_gives_no_right_and_no_password(self) -> None:
        user = create_user(username="alice", full_name="Alice Archer", email="alice@example.org")
        assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (False, False, False)
        assert user.get_full_name() == "Alice Archer"
        assert memberships_of(user_id=user.id) == []

    def test_makes_a_platform_administrator_when_told_to(self) -> None:
        user = create_user(username="alice", is_platform_administrator=True)
        assert (user.is_staff, user.is_superuser) == (True, True)

    def test_leaves_a_leaf_and_tells_other_platform_administrators(self) -> None:
        create_user(username="root", email="root@example.org", is_platform_administrator=True)
        before = set(Letter.objects.values_list("id", flat=True))
        with watched_leaves() as log:
            create_user(username="dora")
            create_user(username="rita", is_platform_administrator=True)
        made = ["identity.user.created", "identity.credentials.began"]
        assert log.verbs == [*made, *made, "identity.platform_role.granted"]
        assert set(Letter.objects.exclude(id__in=before).values_list("topic", "address")) == {
            ("identity.platform_role", "root@example.org")
        }

    def test_is_the_consoles_and_of_whoever_was_invited(self) -> None:
        root = just_signed_in(create_user(username="root", is_platform_administrator=True))
        for actor in (root, Principal.service("stranger")):
            with pytest.raises(AccessMustBeGranted):
                create_user(username="dora", created_by=actor)
        with pytest.raises(AccessMustBeGranted):
            create_user(username="dora", is_platform_administrator=True, created_by=ENTRANCE)
        assert not User.objects.filter(username="dora").exists()

    def test_refuses_a_name_that_is_taken(self) -> None:
        create_user(username="alice")
        with pytest.raises(UsernameMustBeUnique) as refusal:
            create_user(username="alice")
        assert refusal.value.evidence == {"object": "user", "got": "alice"}
        assert User.objects.count() == 1

    @pytest.mark.parametrize("username", ["", "Alice", "a b", "x" * 151, "ä"])
    def test_refuses_a_name_that_is_not_plain(self, username: str) -> None:
        with pytest.raises(UserMustBeWellFormed):
            create_user(username=username)
        assert User.objects.count() == 0

    @pytest.mark.parametrize("password", ["short", "password1234", "alice-archer"])
    def test_refuses_a_password_that_is_easy_to_guess(self, password: str) -> None:
        with pytest.raises(UserMustBeWellFormed):
            create_user(username="alice-archer", password=password)

    def test_stores_a_password_as_a_hash(self) -> None:
        user = create_user(username="alice", password="correct horse battery")
        assert "correct" not in user.password
        assert user.check_password("correct horse battery")


class TestActiveUser:
    def test_finds_no_one_who_was_switched_off(self) -> None:
        user = create_user(username="alice")
        assert active_user(username="alice") == user
        User.objects.update(is_active=False)
        with pytest.raises(UserMustExist):
            active_user(username="alice")


class TestMembership:
    def test_is_found_before_any_scope_is_bound(self) -> None:
        people = cast()
        found = memberships_of(user_id=people.alice.id)
        assert [(m.company_code, m.company_name, m.company_status, m.roles) for m in found] == [
            ("DEMO", "Demo Trading", "active", {"controller"})
        ]
        assert found[0].company == people.company

    def test_changes_its_role_when_granted_again(self) -> None:
        people = cast()
        let_in(company_id=people.company.id, user_id=people.alice.id, roles=["viewer"])
        found = membership_in(user_id=people.alice.id, company_id=people.company.id)
        assert found is not None
        assert found.roles == {"viewer"}

    def test_is_none_in_another_company(self) -> None:
        people = cast()
        other = create_company(code="OTHER", name="Other")
        assert membership_in(user_id=people.alice.id, company_id=other.id) is None

    def test_refuses_an_unknown_role(self) -> None:
        people = cast()
        with pytest.raises(RoleMustBeKnown):
            let_in(company_id=people.company.id, user_id=people.charlie.id, roles=["root"])
        assert memberships_of(user_id=people.charlie.id) == []
