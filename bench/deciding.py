# SPDX-License-Identifier: Apache-2.0
"""The whole authorizer, warm, under the program's own policies: a yes and a no."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from bench.books import open_books
from bench.filling import filler
from bench.policies_in_force import in_force
from bench.timing import percentile
from cortex import clock
from cortex.container.scopes import scope as piece_of_work
from cortex.identity.create_user import create_user
from cortex.identity.memberships import grant_membership
from cortex.ids import uuid7
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.principal import Authentication, Principal
from cortex.ports.registry import get
from cortex.tenancy.scope import scope

POLICIES_MIN, WARM_UP, TIMES = 100, 200, 5_000
# In pieces short enough that what a piece of work knows of its people does not grow old meanwhile.
TIMES_AT_ONCE = 500
POST, READ = "accounting.journal_entry.post", "accounting.books.read"
DRAFT = "Accounting::EntryDraft"


@dataclass(frozen=True, slots=True)
class Decided:
    """What one question took, again and again."""

    name: str
    p50_ms: float
    p99_ms: float

    @property
    def row(self) -> tuple[str, str, str]:
        """Return it as a row of the table."""
        return self.name, f"{self.p50_ms:.3f}", f"{self.p99_ms:.3f}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what its answer must be; `is_new` asks about another entry each time."""

    name: str
    who: Principal
    action: str
    company_id: UUID
    is_yes: bool
    is_new: bool = False


def decided() -> list[Decided]:
    """Measure a yes and a no of people in a company, about changes and about looking."""
    company_id = open_books(code="DECIDING").company_id
    controller, auditor = (_member(company_id, role) for role in ("controller", "auditor"))
    own = packaged_text()
    count = len(PolicyEngine(own, version=0).policies)
    engine = PolicyEngine(
        "\n".join([own, *(filler(place) for place in range(max(POLICIES_MIN - count, 0)))]), version=0
    )
    questions = (
        Asked("a controller posts: yes", controller, POST, company_id, True),
        Asked("a controller posts what nobody posted: yes", controller, POST, company_id, True, is_new=True),
        Asked("an auditor posts: no, by a forbid", auditor, POST, company_id, False),
        Asked("an auditor reads: yes", auditor, READ, company_id, True),
    )
    with scope([company_id]), in_force(engine):
        return [_measured(each) for each in questions]


def _measured(asked: Asked) -> Decided:
    latencies: list[float] = []
    while len(latencies) < TIMES:
        with piece_of_work(kind="command"):
            latencies += _latencies(asked, first=len(latencies))
    return Decided(asked.name, percentile(latencies, 0.5), percentile(latencies, 0.99))


def _latencies(asked: Asked, *, first: int) -> Iterator[float]:
    authorizer = get(Authorizer)
    for number in range(WARM_UP + TIMES_AT_ONCE):
        about = _entry(asked.company_id, amount=first + number) if asked.is_new else None
        begun = time.perf_counter()
        decision = authorizer.decide(
            principal=asked.who, action=asked.action, company_id=asked.company_id, resource=about
        )
        spent = (time.perf_counter() - begun) * 1_000
        if decision.is_allowed is not asked.is_yes:
            raise SystemExit(f"{asked.name}: expected {asked.is_yes}, got {decision}.")
        if number >= WARM_UP:
            yield spent


def _entry(company_id: UUID, *, amount: int) -> Resource:
    """Return an entry to be posted, of an amount that was never asked about."""
    company = Resource("Cortex::Company", str(company_id))
    return Resource(
        DRAFT,
        str(uuid7()),
        {"company": company, "amount_minor": amount, "is_reversal": False, "period_states": ["open"]},
    )


def _member(company_id: UUID, role: str) -> Principal:
    console = Principal.service("console")
    user = create_user(username=f"bench-{role}", full_name=role.capitalize(), created_by=console)
    grant_membership(company_id=company_id, user_id=user.id, roles=[role], granted_by=console)
    just_now = Authentication(methods=frozenset({"pwd", "otp"}), at=clock.now())
    return Principal("user", str(user.id), user.id, authentication=just_now)
