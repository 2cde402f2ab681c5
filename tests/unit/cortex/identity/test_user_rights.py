# SPDX-License-Identifier: Apache-2.0
"""A platform administrator runs the platform; the books are not the platform."""

import pytest

from cortex.identity.models import User

ADMINISTRATOR = User(username="root", is_staff=True, is_superuser=True)


class TestPlatformAdministrator:
    @pytest.mark.parametrize(
        "permission", ["accounting.view_journalentry", "audit.view_auditentry", "identity.view_user"]
    )
    def test_sees_everything(self, permission: str) -> None:
        assert ADMINISTRATOR.has_perm(permission)

    @pytest.mark.parametrize("verb", ["add", "change", "delete"])
    def test_changes_the_platform_and_not_the_books(self, verb: str) -> None:
        assert ADMINISTRATOR.has_perm(f"identity.{verb}_user")
        assert ADMINISTRATOR.has_perm(f"django_celery_beat.{verb}_periodictask")
        assert not ADMINISTRATOR.has_perm(f"accounting.{verb}_journalentry")
        assert not ADMINISTRATOR.has_perm(f"audit.{verb}_auditentry")
        assert not ADMINISTRATOR.has_perms([f"identity.{verb}_user", f"accounting.{verb}_account"])

    def test_has_no_right_when_switched_off(self) -> None:
        assert not User(username="root", is_superuser=True, is_active=False).has_perm("identity.view_user")


class TestName:
    def test_to_show_is_never_empty(self) -> None:
        assert User(username="alice").get_full_name() == "alice"
        assert User(username="alice", full_name="Alice Archer").get_full_name() == "Alice Archer"
