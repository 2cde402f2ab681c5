# SPDX-License-Identifier: Apache-2.0
"""A platform administrator runs the platform, because a policy says so; the books are not the platform."""

from collections.abc import Callable

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, Permission
from django.test import Client

from cortex.identity.deactivate_user import deactivate_user
from cortex.identity.federation.claims import Claims
from cortex.identity.federation.linking import link, unlink
from cortex.identity.federation.providers import Provider
from cortex.identity.models import User
from cortex.identity.password_change import change_password
from cortex.identity.principals import principal_of_user
from cortex.identity.second_factors.recovery_codes import renew_recovery_codes
from cortex.identity.second_factors.stored import remove_all_factors
from cortex.identity.sessions import end_sessions
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.people import cast, create_user, just_signed_in, person
from tests.factories.policies import without
from tests.integration.cortex.backoffice.administration import staff

pytestmark = pytest.mark.django_db
OWN = "people.everybody_looks_after_their_own_account"
LOOK = "backoffice.platform_administrators_look_at_everything"


@pytest.fixture
def root() -> User:
    return create_user(username="root", is_platform_administrator=True)


def token_of(user: User) -> Principal:
    """Return a program that acts for the person."""
    return Principal(
        kind="client",
        id="shop",
        user_id=user.id,
        scopes=frozenset({"platform:write"}),
        acts_for_person=True,
    )


class TestPlatformAdministrator:
    @pytest.mark.parametrize(
        "permission", ["accounting.view_journalentry", "audit.view_auditentry", "identity.view_user"]
    )
    def test_sees_everything(self, root: User, permission: str) -> None:
        assert root.has_perm(permission)
        assert root.has_module_perms(permission.partition(".")[0])

    @pytest.mark.parametrize("verb", ["add", "change", "delete"])
    def test_changes_no_row_by_hand(self, root: User, verb: str) -> None:
        for row in ("identity.{}_user", "django_celery_beat.{}_periodictask", "accounting.{}_journalentry"):
            assert not root.has_perm(row.format(verb))

    def test_has_no_right_when_switched_off(self, root: User) -> None:
        User.objects.filter(pk=root.pk).update(is_active=False)
        root.refresh_from_db()
        assert not root.has_perm("identity.view_user")

    def test_has_no_right_without_the_policies(self, root: User) -> None:
        with without(LOOK):
            assert not root.has_perm("identity.view_user")
            assert not root.has_perm("identity.change_user")
            assert not root.has_module_perms("identity")

    def test_sees_no_rows_without_the_policy(self, root: User) -> None:
        cast()
        client: Client = staff(root)
        assert "DEMO" in client.get("/admin/tenancy/company/").content.decode()
        with without(LOOK):
            assert client.get("/admin/tenancy/company/").status_code == 403


class TestPlantedPermission:
    def test_lets_nobody_in(self) -> None:
        """Rows of Django's own permissions, of a user or of a group, say nothing here."""
        people = cast()
        planted = Permission.objects.filter(content_type__app_label__in=("identity", "auth"))
        people.charlie.user_permissions.set(planted)
        group = Group.objects.create(name="insiders")
        group.permissions.set(planted)
        people.charlie.groups.add(group)
        client = staff(people.charlie)
        charlie = User.objects.get(pk=people.charlie.pk)
        for right in ("identity.change_user", "identity.view_user", "identity.delete_user"):
            assert not charlie.has_perm(right)
        assert not charlie.has_module_perms("identity")
        before = people.alice.email
        form = {"full_name": "Mallory", "email": "mallory@example.org", "is_staff": "on"}
        assert client.post(f"/admin/identity/user/{people.alice.id}/change/", form).status_code == 403
        assert User.objects.get(pk=people.alice.pk).email == before


CORP = Provider(id="corp", name="Corp", issuer="https://login.example.org", client_id="cortex")
CLAIMS = Claims(subject="alice-there", email="", is_email_verified=False, groups=frozenset())


def linked_by(actor: Principal, user: User) -> None:
    link(provider=CORP, claims=CLAIMS, user=user, actor=actor)


def unlinked_by(actor: Principal, user: User) -> None:
    unlink(provider_id=CORP.id, user=user, actor=actor)


class TestLink:
    """A provider that vouches for somebody is a way in like a password: policies are asked for it."""

    @pytest.mark.parametrize("verb", [linked_by, unlinked_by])
    def test_of_another_is_changed_by_nobody(
        self, root: User, verb: Callable[[Principal, User], None]
    ) -> None:
        alice = person("alice")
        linked_by(principal_of_user(alice), alice)
        for actor in (just_signed_in(root), principal_of_user(person("charlie"))):
            with pytest.raises(AccessMustBeGranted):
                verb(actor, alice)
        assert SocialAccount.objects.get().user == alice

    def test_is_made_and_taken_away_by_its_person_while_a_policy_says_so(self) -> None:
        alice = person("alice")
        with without(OWN), pytest.raises(AccessMustBeGranted):
            linked_by(principal_of_user(alice), alice)
        assert not SocialAccount.objects.exists()
        linked_by(principal_of_user(alice), alice)
        with without(OWN), pytest.raises(AccessMustBeGranted):
            unlinked_by(principal_of_user(alice), alice)
        assert SocialAccount.objects.get().user == alice
        unlinked_by(principal_of_user(alice), alice)
        assert not SocialAccount.objects.exists()

    def test_is_not_made_by_a_token_of_its_person(self) -> None:
        alice = person("alice")
        token = token_of(alice)
        with pytest.raises(AccessMustBeGranted):
            linked_by(token, alice)
        assert not SocialAccount.objects.exists()


class TestAccount:
    def test_of_another_is_changed_by_nobody(self, root: User) -> None:
        alice = person("alice")
        for actor in (principal_of_user(root), principal_of_user(person("charlie"))):
            with pytest.raises(AccessMustBeGranted):
                change_password(
                    user=alice, password="two kettles sing", actor=actor, session_key=None
                )  # pragma: allowlist secret
            with pytest.raises(AccessMustBeGranted):
                renew_recovery_codes(user=alice, at=alice.created_at, actor=actor)
        assert not User.objects.get(pk=alice.pk).has_usable_password()

    def test_is_changed_by_its_person(self) -> None:
        alice = person("alice")
        assert (
            len(renew_recovery_codes(user=alice, at=alice.created_at, actor=principal_of_user(alice))) == 10
        )

    def test_is_not_changed_by_a_token_of_its_person(self) -> None:
        alice = person("alice")
        token = token_of(alice)
        with pytest.raises(AccessMustBeGranted):
            renew_recovery_codes(user=alice, at=alice.created_at, actor=token)
        with pytest.raises(AccessMustBeGranted):
            end_sessions(user_id=alice.id, actor=token)

    def test_is_helped_by_platform_administrators_while_the_policy_says_so(self, root: User) -> None:
        alice, by = person("alice"), just_signed_in(root)
        assert end_sessions(user_id=alice.id, actor=by) == 0
        assert remove_all_factors(user_id=alice.id, actor=by) == 0
        with without("people.platform_administrators_help_people"):
            for verb in (deactivate_user, end_sessions, remove_all_factors):
                with pytest.raises(AccessMustBeGranted):
                    verb(user_id=alice.id, actor=by)
        deactivate_user(user_id=alice.id, actor=by)
        assert not User.objects.get(pk=alice.pk).is_active

    def test_refusals_are_explained(self, root: User) -> None:
        with pytest.raises(AccessMustBeGranted, match="nobody switches themselves off"):
            deactivate_user(user_id=root.id, actor=just_signed_in(root))
