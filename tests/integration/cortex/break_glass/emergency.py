# SPDX-License-Identifier: Apache-2.0
"""A company in an emergency: its people, somebody of the platform, and a clock that only tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cortex.break_glass.end_access import end_access
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.open_access import LASTS, open_access
from cortex.break_glass.review_access import review_access
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.ports.authorizer import Authorizer, Decision
from cortex.ports.clock import Clock
from cortex.ports.principal import Authentication, Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.books import Books, open_books
from tests.factories.clocks import StoppedClock
from tests.factories.people import create_user, let_in, person

READ, POST, LOCK = (
    "accounting.books.read",
    "accounting.journal_entry.post",
    "accounting.fiscal_period.lock",
)
REASON = "the controller is ill and the bank waits"
STAFF = (("alice", "controller"), ("bob", "auditor"), ("dora", "administrator"), ("vera", "viewer"))


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """Books with people, and Root, who administers the platform and is a member of nothing."""

    books: Books
    people: dict[str, User]
    clock: StoppedClock

    @property
    def company_id(self) -> UUID:
        return self.books.company_id

    def who(self, name: str, *, minutes_ago: int = 0) -> Principal:
        """Return somebody who gave a credential that long ago."""
        given_at = self.clock.at - timedelta(minutes=minutes_ago)
        proof = Authentication(methods=frozenset({"pwd", "otp"}), at=given_at)
        return principal_of_user(self.people[name], authentication=proof)

    def open(
        self, by: str = "root", *, reason: str = REASON, lasts: timedelta = LASTS, minutes_ago: int = 0
    ) -> BreakGlassAccess:
        with scope([self.company_id]):
            return open_access(
                company_id=self.company_id,
                reason=reason,
                lasts=lasts,
                opened_by=self.who(by, minutes_ago=minutes_ago),
            )

    def end(self, access: BreakGlassAccess, *, by: str) -> BreakGlassAccess:
        with scope([self.company_id]):
            return end_access(company_id=self.company_id, access_id=access.id, ended_by=self.who(by))

    def review(self, access: BreakGlassAccess, *, by: str, comment: str = "Fine.") -> BreakGlassAccess:
        with scope([self.company_id]):
            return review_access(
                company_id=self.company_id, access_id=access.id, comment=comment, reviewed_by=self.who(by)
            )

    def decide(self, principal: Principal, action: str = READ, company_id: UUID | None = None) -> Decision:
        return get(Authorizer).decide(
            principal=principal, action=action, company_id=company_id or self.company_id
        )

    def may(self, name: str, action: str = READ, company_id: UUID | None = None) -> bool:
        return self.decide(self.who(name), action, company_id).is_allowed

    def rows(self) -> list[BreakGlassAccess]:
        with scope([self.company_id]):
            return transactional(lambda: list(BreakGlassAccess.objects.order_by("id")))()


@contextmanager
def emergency() -> Iterator[Emergency]:
    """Open the books, let the people in, and stop the clock."""
    books = open_books(code="DEMO")
    people = {name: person(name) for name, _ in STAFF}
    for name, role in STAFF:
        let_in(company_id=books.company_id, user_id=people[name].id, roles=[role])
    people["charlie"] = person("charlie")
    people["root"] = create_user(username="root", is_platform_administrator=True)
    for name, user in people.items():
        user.email = f"{name}@books.example"
        user.save()
    stopped = StoppedClock()
    with override(Clock, stopped):
        yield Emergency(books=books, people=people, clock=stopped)
