# SPDX-License-Identifier: Apache-2.0
"""The standing cast: Alice keeps the books, Bob audits them, Charlie has no business here."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cortex import clock
from cortex.identity import create_user as creating_users
from cortex.identity.memberships import grant_membership
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.policy.actions import declared_scopes
from cortex.ports.principal import Authentication, Principal
from cortex.programs.clients.create_client import create_client
from cortex.programs.clients.issue_token import issue_token
from cortex.tenancy import companies as creating_companies
from cortex.tenancy.models import Company

CONSOLE = Principal.service("console")


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A company and the people around it."""

    company: Company
    alice: User
    bob: User
    charlie: User

    @property
    def alice_principal(self) -> Principal:
        """Return Alice as an actor who has just signed in."""
        return just_signed_in(self.alice)


def create_user(**given: Any) -> User:
    """Create a user, as whoever has the machine does."""
    return creating_users.create_user(**{"created_by": CONSOLE, **given})


def create_company(*, code: str, name: str) -> Company:
    """Create a company, as whoever has the machine does."""
    return creating_companies.create_company(code=code, name=name, created_by=CONSOLE)


def just_signed_in(user: User) -> Principal:
    """Return somebody as an actor who gave two credentials just now."""
    now = clock.now()
    just_now = Authentication(methods=frozenset({"pwd", "otp"}), at=now, factor_at=now)
    return principal_of_user(user, authentication=just_now)


def person(name: str) -> User:
    """Create somebody without any membership."""
    return create_user(username=name, full_name=name.capitalize())


def let_in(*, company_id: UUID, user_id: UUID, roles: Collection[str]) -> None:
    """Make the user a member, as whoever has the machine does."""
    grant_membership(company_id=company_id, user_id=user_id, roles=roles, granted_by=CONSOLE)


def member(company: Company, *, name: str, role: str) -> User:
    """Create somebody who is a member of the company."""
    user = person(name)
    let_in(company_id=company.id, user_id=user.id, roles=[role])
    return user


def cast(code: str = "DEMO") -> Cast:
    """Create the company, Alice its controller, Bob its auditor, and Charlie."""
    company = create_company(code=code, name="Demo Trading")
    return Cast(
        company=company,
        alice=member(company, name="alice", role="controller"),
        bob=member(company, name="bob", role="auditor"),
        charlie=person("charlie"),
    )


def token_of_client(company: Company, *scopes: str, role: str = "accountant") -> str:
    """Create a client whose service user is a member of the company; return a bearer token."""
    user = create_user(username="demo-service", kind=User.Kind.SERVICE)
    let_in(company_id=company.id, user_id=user.id, roles=[role])
    service_client(user, client_id="demo-service")
    return issue_token(client_id="demo-service", scopes=scopes, at=clock.now())


def service_client(user: User, *, client_id: str = "", scopes: Collection[str] | None = None) -> str:
    """Create a client that acts as this service user and may ask for every scope; return its secret."""
    new = create_client(
        client_id=client_id or user.username,
        name="Demo",
        user=user,
        scopes=tuple(declared_scopes()) if scopes is None else tuple(scopes),
        created_by=CONSOLE,
    )
    assert new.secret is not None
    return new.secret
