# SPDX-License-Identifier: Apache-2.0
"""L1 to L3: what a leaf costs its transaction, how fast leaves get their places, and their proofs."""

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from apps.audit.adapters.tree.state import LEASE
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.leaf import leaf_body
from apps.audit.domain.merkle.proofs import inclusion_proof, root_at
from apps.audit.domain.merkle.verification import verify_inclusion
from apps.audit.services.integrate_leaves import integrate_leaves
from apps.audit.services.seal_tree import seal_tree
from bench.books import Books, open_books
from bench.posting import post_one
from bench.report import table
from bench.timing import percentile
from cortex.container.override import override
from cortex.database.service_role import service_transaction
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.tenancy.companies import create_company
from cortex.tenancy.scope import scope

LEAVES, COMPANIES, AT_ONCE = 1_000_000, 50, 5_000
BLOCKS, IN_A_BLOCK = 20, 50
PROOFS = 1_000
COST_TARGET, RATE_TARGET = 0.20, 100_000
_WHAT = f"""The cost of the leaf: {BLOCKS * IN_A_BLOCK:,} single postings with the log, as many without it, in
turn, in blocks of {IN_A_BLOCK}; each with policy, event, number and balances. The document's digest is
computed either way. Then {LEAVES:,} committed leaves of {COMPANIES} companies are integrated by one
integrator, with company trees and tiles, and sealed; then {PROOFS:,} of them are proved from the tiles in
the database, and verified.
"""


class Unlogged:
    """The log that is not there."""

    def append(self, *, company_id: UUID | None, actor: Principal, records: Sequence[AuditRecord]) -> None:
        """Forget the records."""


def written(*, say: Callable[[str], None]) -> str:
    """Return the part as Markdown."""
    say("postings with the log and without it")
    logged, unlogged = _postings(open_books(code="LOGGED"))
    say(f"{LEAVES:,} leaves")
    _fill()
    say("integrating them")
    leaves, seconds, size = _integrated()
    say("proving some")
    proofs = _proofs(leaves, size)
    cost = 1 - unlogged / logged
    return "\n".join(
        [
            "## The log of what was done\n",
            _WHAT,
            table(
                ("", ""),
                [
                    ("postings/s with the log", f"{IN_A_BLOCK / logged:,.0f}"),
                    ("postings/s without it", f"{IN_A_BLOCK / unlogged:,.0f}"),
                    ("leaves integrated", f"{leaves:,}"),
                    ("leaves/s", f"{leaves / seconds:,.0f}"),
                    *proofs,
                ],
            ),
            table(
                ("target", "reached", ""),
                [
                    (
                        f"a leaf costs ≤ {COST_TARGET:.0%} of throughput",
                        f"{cost:.1%}",
                        _verdict(cost <= COST_TARGET),
                    ),
                    (
                        f"≥ {RATE_TARGET:,} leaves/s",
                        f"{leaves / seconds:,.0f}",
                        _verdict(leaves / seconds >= RATE_TARGET),
                    ),
                ],
            ),
        ]
    )


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "not met"


def _postings(books: Books) -> tuple[float, float]:
    """Return the median seconds of a block with the log and of one without it."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    for block in range(-2, 2 * BLOCKS):
        with_log = block % 2 == 0
        seconds = _block(books, first=(block + 2) * IN_A_BLOCK, with_log=with_log)
        if block >= 0:
            spent[with_log].append(seconds)
    return percentile(spent[True], 0.5), percentile(spent[False], 0.5)


def _block(books: Books, *, first: int, with_log: bool) -> float:
    def post() -> float:
        begun = time.perf_counter()
        for number in range(first, first + IN_A_BLOCK):
            post_one(company_id=books.company_id, client=books.client, number=number)
        return time.perf_counter() - begun

    if with_log:
        return post()
    with override(AuditLog, Unlogged()):
        return post()


def _fill() -> None:
    """Commit leaves of many companies, as their verbs would have."""
    console = Principal.service("console")
    companies = [
        create_company(code=f"LOG{place}", name=f"Company {place}", created_by=console).id
        for place in range(COMPANIES)
    ]
    for first in range(0, LEAVES, AT_ONCE):
        with scope(companies):
            _append(
                [_body(companies[number % COMPANIES], number) for number in range(first, first + AT_ONCE)]
            )


@transactional
def _append(bodies: list[bytes]) -> None:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT audit_append(%s)", [bodies])


def _body(company_id: UUID, number: int) -> bytes:
    return leaf_body(
        leaf_id=uuid7(),
        company_id=company_id,
        actor=f"user:{UUID(int=number % 40)}",
        verb="accounting.journal_entry.post",
        object_type="accounting.journal_entry",
        object_id=UUID(int=number + 1),
        digest=hashlib.sha256(b"%d" % number).hexdigest(),
        commitments={},
    )


def _integrated() -> tuple[int, float, int]:
    """Return how many leaves were integrated, in how many seconds, and the size of the sealed tree."""
    lease = claim_lease(name=LEASE)
    if lease is None:
        raise SystemExit("Somebody else integrates.")
    try:
        begun = time.perf_counter()
        leaves = sum(_batches(lease))
        spent = time.perf_counter() - begun
        return leaves, spent, seal_tree(lease=lease)
    finally:
        release_lease(lease)


def _batches(lease: Lease) -> Iterator[int]:
    has_more = True
    while has_more:
        keep_lease(lease)
        done = integrate_leaves(lease=lease)
        has_more = done.has_more
        yield done.leaves


def _hash_at(place: int) -> bytes:
    with service_transaction() as cursor:
        cursor.execute(
            "SELECT coalesce(e.leaf_hash, sha256('\\x00'::bytea || l.body)) FROM audit_leaf l"
            " LEFT JOIN audit_entry e ON e.id = l.entry_id WHERE l.leaf_index = %s",
            [place],
        )
        return bytes(cursor.fetchone()[0])


def _proofs(leaves: int, size: int) -> list[tuple[str, str]]:
    """Return what proofs take, as rows."""
    root, chosen = root_at(tree_size=size, read=read_stored_tile), random.Random(5)  # noqa: S311 - a sample, no secret
    made, verified, lengths = [], [], []
    for _ in range(PROOFS):
        place = chosen.randrange(leaves)
        own = _hash_at(place)
        begun = time.perf_counter()
        proof = inclusion_proof(leaf_index=place, tree_size=size, read=read_stored_tile)
        made.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        verify_inclusion(leaf_hash=own, leaf_index=place, tree_size=size, proof=proof, root_hash=root)
        verified.append(time.perf_counter() - begun)
        lengths.append(len(b"".join(proof)))
    return [
        ("a proof, bytes", f"{max(lengths)}"),
        ("made in, p50 / p99 ms", f"{percentile(made, 0.5) * 1e3:.2f} / {percentile(made, 0.99) * 1e3:.2f}"),
        ("verified in, p50 µs", f"{percentile(verified, 0.5) * 1e6:.0f}"),
    ]
