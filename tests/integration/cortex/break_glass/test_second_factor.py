# SPDX-License-Identifier: Apache-2.0
"""An emergency takes a second factor; memberships that were changed in it are seen by its reviewer."""

from dataclasses import replace

import pytest
from django.test import Client

from cortex.break_glass.changed_memberships import memberships_changed_in
from cortex.break_glass.open_access import open_access
from cortex.identity.membership_changes import revoke_membership
from cortex.identity.memberships import grant_membership
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import let_in
from tests.factories.sessions import sign_in
from tests.integration.cortex.break_glass.emergency import REASON, Emergency


def by_password(given: Emergency, name: str) -> Principal:
    who = given.who(name)
    return replace(who, authentication=replace(who.authentication, methods=frozenset({"pwd"})))


class TestOpening:
    def test_takes_more_than_a_password(self, given: Emergency) -> None:
        with (
            scope([given.company_id]),
            pytest.raises(AccessMustBeGranted, match="add one to your") as refused,
        ):
            open_access(company_id=given.company_id, reason=REASON, opened_by=by_password(given, "alice"))
        # A password given again would not help.
        assert not isinstance(refused.value, StepUpMustComeFirst)
        assert given.rows() == []

    def test_says_on_its_page_what_is_missing(self, given: Emergency) -> None:
        path, told = f"/books/{given.books.code}/emergency-access/", "It is opened with a second factor"
        for methods, is_told in ((("pwd",), True), (("pwd", "otp"), False)):
            browser = sign_in(Client(), given.people["alice"], methods=methods, at=given.clock.at)
            page = browser.get(path).content.decode()
            assert (told in page, "Open emergency access for yourself" in page) == (is_told, not is_told)


class TestMemberships:
    def test_are_not_changed_by_a_password_alone(self, given: Emergency) -> None:
        given.open("alice")
        stranger, vera = given.people["charlie"].id, given.people["vera"].id
        with pytest.raises(AccessMustBeGranted, match="with a second factor"):
            grant_membership(
                company_id=given.company_id,
                user_id=stranger,
                roles=["administrator"],
                granted_by=by_password(given, "alice"),
            )
        with pytest.raises(AccessMustBeGranted, match="with a second factor"):
            revoke_membership(
                company_id=given.company_id, user_id=vera, revoked_by=by_password(given, "alice")
            )

    def test_that_were_changed_are_listed_for_the_reviewer_alone(self, given: Emergency) -> None:
        access = given.open("alice")
        charlie, vera = given.people["charlie"].id, given.people["vera"].id
        grant_membership(
            company_id=given.company_id,
            user_id=charlie,
            roles=["administrator"],
            granted_by=given.who("alice"),
        )
        revoke_membership(company_id=given.company_id, user_id=vera, revoked_by=given.who("alice"))
        # Somebody else's change meanwhile is none of this emergency.
        let_in(company_id=given.company_id, user_id=given.people["root"].id, roles=["viewer"])
        with scope([given.company_id]):
            found = memberships_changed_in(access=access)
        assert [(each.user_id, each.roles_today) for each in found] == [
            (charlie, "administrator"),
            (vera, ""),
        ]
        given.end(access, by="alice")
        path = f"/books/{given.books.code}/emergency-access/"
        pages = {
            name: sign_in(Client(), given.people[name], at=given.clock.at).get(path).content.decode()
            for name in ("alice", "dora")
        }
        told = "Charlie", "Today: administrator.", "Today: no member."
        assert [all(each in pages[name] for each in told) for name in pages] == [False, True]
