# SPDX-License-Identifier: Apache-2.0
"""Whoever opens a new way in leaves a decision: a link to a provider, or a yes to a program or device."""

from typing import Any

import psycopg
import pytest
from django.test import Client

from cortex.identity.membership_changes import GRANT, require_standing
from cortex.identity.principals import principal_of_user
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.schemas.actions import CONFIGURE
from cortex.schemas.rights import require_platform_administrator
from cortex.tenancy import scope
from tests.factories.people import cast, person
from tests.factories.programs import Web
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.identity.test_user_rights import linked_by, unlinked_by
from tests.integration.cortex.programs.test_right_to_say_yes import typed_at

DECISIONS = "SELECT principal, resource_id, is_allowed FROM policy_decision WHERE action = %s"


def decided(clone: Clone, action: str) -> list[Any]:
    with psycopg.connect(clone.admin_dsn) as admin:
        return admin.execute(DECISIONS, [action]).fetchall()


class TestDecision:
    @pytest.mark.parametrize("verb", [linked_by, unlinked_by], ids=["link", "unlink"])
    def test_about_a_provider_is_recorded(self, verb: Any, committed_database: Clone) -> None:
        alice = person("alice")
        verb(principal_of_user(alice), alice)
        assert decided(committed_database, "identity.own_account.change") == [
            (f"user:{alice.id}", str(alice.id), True)
        ]

    def test_about_a_program_is_recorded_at_the_page_and_for_a_device(
        self, committed_database: Clone
    ) -> None:
        alice = cast().alice
        browser = sign_in(Client(), alice, methods=("pwd", "otp"))
        Web().code_from(browser)
        till = Web(client_id="till", kind="device", redirect_uris=(), scopes=("accounting:read",))
        assert browser.post("/o/device/", typed_at(till)).status_code == 200
        found = decided(committed_database, "programs.authorization.grant_own")
        assert found == [(f"user:{alice.id}", str(alice.id), True)] * 2


class TestDenial:
    def test_of_somebody_who_invited_and_may_no_longer_is_recorded(self, committed_database: Clone) -> None:
        people = cast()
        company_id = people.company.id
        with scope([company_id]), pytest.raises(AccessMustBeGranted, match="Whoever invited you"):
            require_standing(
                action=GRANT,
                company_id=company_id,
                user_id=people.charlie.id,
                actor=principal_of_user(people.bob),
                is_agreed=False,
            )
        assert decided(committed_database, GRANT)[-1] == (f"user:{people.bob.id}", str(company_id), False)

    def test_of_what_counts_in_every_company_is_recorded(self, committed_database: Clone) -> None:
        alice = principal_of_user(cast().alice)
        with pytest.raises(AccessMustBeGranted, match=r"may not do this|expects a platform"):
            require_platform_administrator(principal=alice, action=CONFIGURE)
        assert decided(committed_database, CONFIGURE) == [(alice.urn, "platform", False)]
