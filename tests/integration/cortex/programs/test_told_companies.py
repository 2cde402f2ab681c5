# SPDX-License-Identifier: Apache-2.0
"""Whoever holds the secret of a service's client has its roles in companies, so the companies are told."""

from collections.abc import Callable

import pytest

from cortex.container.override import override
from cortex.identity.models import User
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.ports.audit_log import AuditLog
from cortex.ports.mail import Letters
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable
from cortex.programs.clients.change_client import change_client
from cortex.programs.clients.create_client import create_client
from cortex.programs.clients.found import client_named
from cortex.programs.clients.rotate_secret import rotate_secret
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.models import Program
from cortex.tenancy.models import Company
from cortex.tenancy.scope import scope
from tests.factories.letters import SealedLetters
from tests.factories.people import create_company, create_user, let_in, service_client

pytestmark = pytest.mark.django_db
CONSOLE = Principal.service("console")


@pytest.fixture
def robot() -> User:
    return create_user(username="robot", kind=User.Kind.SERVICE)


@pytest.fixture
def company(robot: User) -> Company:
    """A company with two administrators, one of them without an address, where the robot is a clerk."""
    company = create_company(code="ACME", name="Acme")
    for name, email in (("alice", "alice@example.test"), ("bob", "")):
        user = create_user(username=name, email=email)
        let_in(company_id=company.id, user_id=user.id, roles=["administrator"])
    clerk = create_user(username="charlie", email="charlie@example.test")
    let_in(company_id=company.id, user_id=clerk.id, roles=["clerk"])
    let_in(company_id=company.id, user_id=robot.id, roles=["clerk"])
    return company


def verbs_in(company: Company, client_id: str) -> list[str]:
    """Return the verbs of the company's own leaves about the client, oldest first."""
    program = client_named(client_id=client_id).program
    with scope([company.id]):
        leaves = get(AuditLog).leaves_of(company_id=company.id, object_id=program.id)
    return [leaf.verb for leaf in leaves]


class TestClientThatActsInACompany:
    def test_is_told_to_its_administrators_when_it_is_created(self, robot: User, company: Company) -> None:
        service_client(robot)
        letter = Letter.objects.get()
        assert letter.topic == "programs.client"
        assert letter.recipient.username == "alice"
        body = opened_body(letter)
        assert "client robot" in body
        assert "ACME are: clerk" in body
        assert verbs_in(company, "robot") == ["programs.client.created"]

    @pytest.mark.parametrize(
        ("change", "verb"),
        [
            (lambda: rotate_secret(client_id="robot", rotated_by=CONSOLE), "programs.client.secret_rotated"),
            (
                lambda: change_client(client_id="robot", changed_by=CONSOLE, certificate_id=""),
                "programs.client.changed",
            ),
            (
                lambda: switch_client(client_id="robot", is_enabled=True, switched_by=CONSOLE),
                "programs.client.enabled",
            ),
        ],
        ids=["secret", "terms", "switch"],
    )
    def test_is_told_whenever_somebody_may_have_got_hold_of_it(
        self, robot: User, company: Company, change: Callable[[], object], verb: str
    ) -> None:
        service_client(robot)
        switch_client(client_id="robot", is_enabled=False, switched_by=CONSOLE)
        before = Letter.objects.count()
        change()
        assert Letter.objects.count() == before + 1
        assert verb in verbs_in(company, "robot")

    def test_is_not_created_untold(self, robot: User, company: Company) -> None:
        with override(Letters, SealedLetters()), pytest.raises(VaultMustBeReachable):
            service_client(robot)
        assert not Program.objects.exists()

    def test_is_switched_off_though_the_vault_is_away(self, robot: User, company: Company) -> None:
        service_client(robot)
        with override(Letters, SealedLetters()):
            switch_client(client_id="robot", is_enabled=False, switched_by=CONSOLE)
        assert not client_named(client_id="robot").program.is_enabled


class TestClientWithoutRoles:
    def test_is_told_to_nobody(self, robot: User) -> None:
        create_company(code="OTHER", name="Other")
        service_client(robot)
        create_client(
            client_id="desk",
            name="Desk",
            kind="native",
            scopes=["openid"],
            redirect_uris=["http://127.0.0.1/callback"],
            created_by=CONSOLE,
        )
        assert not Letter.objects.exists()
