# SPDX-License-Identifier: Apache-2.0
"""Two companies in which somebody is refused, in a database where commits are real."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest

from apps.audit.services.denials.compare_denials import compare_denials
from apps.audit.services.denials.seal_denials import seal_denials
from cortex.ids import uuid7
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.people import Cast, cast, create_company
from tests.frame.clones import Clone

SCHEDULER = Principal.service("scheduler")
POST = "accounting.journal_entry.post"
# As another process of the program does it, which takes its time to commit.
WRITE = """
INSERT INTO policy_decision (id, company_id, decided_at, principal, action, resource_type, resource_id,
  is_allowed, reason, needs, policy_ids, version, is_break_glass)
VALUES (%s, %s, now(), 'user:mallory', %s, 'Cortex::Company', %s, false, 'no', '{}', '{}', 0, false)
"""


@dataclass(frozen=True)
class House:
    """A database with two companies, whose people are refused what they ask for."""

    dsn: str
    demo: Cast
    shop: UUID

    def refuse(self, times: int = 1, *, company_id: UUID | None = None) -> None:
        """Let Bob ask for what auditors may not do."""
        bob = Principal(kind="user", id=str(self.demo.bob.id), user_id=self.demo.bob.id)
        for _ in range(times):
            with pytest.raises(AccessMustBeGranted):
                get(Authorizer).require(
                    principal=bob, action=POST, company_id=company_id or self.demo.company.id
                )

    def refuse_on_the_platform(self) -> None:
        """Let Bob ask for what is the platform's."""
        bob = Principal(kind="user", id=str(self.demo.bob.id), user_id=self.demo.bob.id)
        with pytest.raises(AccessMustBeGranted):
            get(Authorizer).require(principal=bob, action="policy.version.write", company_id=None)

    def denied(self, *, company_id: UUID | None = None) -> list[UUID]:
        """Return the ids of all denials, or of those of a company, in their order."""
        query = (
            "SELECT id FROM policy_decision WHERE NOT is_allowed AND (%s::uuid IS NULL OR company_id = %s)"
            " ORDER BY id"
        )
        with psycopg.connect(self.dsn) as admin:
            return [row[0] for row in admin.execute(query, [company_id, company_id]).fetchall()]

    def past_the_triggers(self, table: str, statement: str, *values: object) -> None:
        """Do what a superuser can."""
        with psycopg.connect(self.dsn) as admin:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            admin.execute(statement, values)
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


@pytest.fixture
def house(committed_database: Clone) -> House:
    demo = cast()
    return House(committed_database.admin_dsn, demo, create_company(code="SHOP", name="Shop").id)


def write(connection: psycopg.Connection, company_id: UUID | None) -> UUID:
    """Write a denial in the open transaction of the connection."""
    decision_id = uuid7()
    connection.execute(WRITE, [decision_id, company_id, POST, str(company_id)])
    return decision_id


def seal(denials_max: int = 10_000) -> int:
    """Seal, and return how many seals were made."""
    sealed = seal_denials(sealed_by=SCHEDULER, denials_max=denials_max)
    sealed.require_whole()
    return sealed.seal_count


def differences() -> list[tuple[UUID | None, int, UUID | None, str, str]]:
    """Compare, and return what differs."""
    return [
        (one.company_id, one.ordinal, one.decision_id, one.expected, one.got)
        for one in compare_denials(compared_by=SCHEDULER).differences
    ]
