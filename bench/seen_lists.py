# SPDX-License-Identifier: Apache-2.0
"""Lists of which policies may hide rows, and who looks at them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.audit.domain.found_leaves import FoundLeaf, LeafFilters
from apps.audit.selectors.search import leaves_of_company
from bench.books import Books
from cortex.identity.create_user import create_user
from cortex.identity.memberships import grant_membership
from cortex.ports.audit_log import AuditTrail
from cortex.ports.principal import Principal
from cortex.ports.registry import get

PAGE, TRAIL_MAX = 50, 20
_IDS = ", ".join(f'"00000000-0000-7000-8000-{number:012d}"' for number in range(20))
# Of leaves policies know the company and the object.
HIDDEN_LEAVES = f"""
@id("bench.some_leaves_are_hidden")
@title("Auditors do not see what was done to twenty objects")
forbid (principal in Cortex::Role::"auditor", action, resource is Audit::Entry)
when {{ [{_IDS}].contains(resource.object) }};
"""


@dataclass(frozen=True, slots=True)
class SeenList:
    """One list: `page` reads it for a reader, or for nobody, past the policies."""

    name: str
    hiding: str
    reader: Principal
    page: Callable[[Principal | None], object]


def seen_lists(books: Books) -> list[SeenList]:
    """Return the lists, and check that each has rows to show."""
    auditor, entry = _auditor(books), _newest_entry(books)
    leaves = "a policy that hides those of twenty objects"
    lists = [
        SeenList(
            "entries",
            "a policy that hides some, by three columns and a grant",
            books.client,
            lambda reader: list_journal_entries(
                company_id=books.company_id, filters=EntryFilters(), reader=reader
            ),
        ),
        SeenList("leaves", leaves, auditor, lambda reader: _leaves(books, reader, LeafFilters(), PAGE)),
        SeenList("trail", leaves, auditor, lambda reader: _trail(books, reader, entry)),
    ]
    for each in lists:
        if not each.page(None) or not each.page(each.reader):
            raise SystemExit(f"{each.name}: expected rows, got none.")
    return lists


def _leaves(books: Books, reader: Principal | None, filters: LeafFilters, limit: int) -> list[FoundLeaf]:
    return leaves_of_company(company_id=books.company_id, reader=reader, filters=filters, limit=limit)


def _trail(books: Books, reader: Principal | None, object_id: UUID) -> object:
    if reader is None:
        filters = LeafFilters(object_id=object_id, with_looks=False)
        return _leaves(books, None, filters, TRAIL_MAX)
    return get(AuditTrail).of_object(
        company_id=books.company_id, object_id=object_id, reader=reader, limit=TRAIL_MAX
    )


def _auditor(books: Books) -> Principal:
    console = Principal.service("console")
    user = create_user(username="bench-filters-auditor", created_by=console)
    grant_membership(company_id=books.company_id, user_id=user.id, roles=["auditor"], granted_by=console)
    return Principal.person(user.id)


def _newest_entry(books: Books) -> UUID:
    (newest,) = _leaves(books, None, LeafFilters(verb="accounting.journal_entry.post"), 1)
    return newest.object_id
