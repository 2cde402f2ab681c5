# SPDX-License-Identifier: Apache-2.0
"""W1 and W2: how many entries a second, one at a time and in batches."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from apps.accounting.services.post_journal_entries import post_journal_entries
from apps.accounting.services.post_journal_entry import post_journal_entry
from bench.books import Books, draft
from bench.crowd import crowd_rate
from bench.databases import Place
from bench.posters import program_poster, raw_poster
from bench.raw import RawJournal
from bench.stream import movement
from bench.timing import Rate, rate
from cortex.ports.principal import Principal
from cortex.tenancy.scope import scope

SINGLES, SINGLES_RAW, SINGLES_OF_A_CROWD = 1_000, 2_000, 400
BATCHES = {100: 50, 1_000: 10}
COPIED = 20_000
WARM_UP = 50
# Where each measurement takes its entries from, so that no reference comes twice.
_SINGLE, _BATCH, _CROWD = 10_000_000, 20_000_000, 30_000_000


@dataclass(frozen=True, slots=True)
class PostingResults:
    """What was reached; `batches` by the size of a batch."""

    single: Rate
    raw_three: Rate
    raw_one: Rate
    crowd: Rate
    raw_crowd: Rate
    batches: dict[int, Rate]
    copy: Rate


def measure_posting(*, place: Place, books: Books, raw: RawJournal) -> PostingResults:
    """Post to both sides in turn."""

    def rated(call: Callable[[int], object], calls: int, entries_per_call: int = 1) -> Rate:
        return rate(call=call, calls=calls, entries_per_call=entries_per_call, postmaster=place.postmaster)

    def single(number: int) -> None:
        post_one(company_id=books.company_id, client=books.client, number=_SINGLE + number)

    for number in range(WARM_UP):
        single(-1 - number)
        raw.post_in_three_statements(movement(number))
        raw.post_in_one_statement(movement(number))
    given = (books.company_id, books.client)
    return PostingResults(
        single=rated(single, SINGLES),
        raw_three=rated(lambda number: raw.post_in_three_statements(movement(number)), SINGLES_RAW),
        raw_one=rated(lambda number: raw.post_in_one_statement(movement(number)), SINGLES_RAW),
        crowd=crowd_rate(
            place=place, make_poster=program_poster, given=given, first=_CROWD, calls_each=SINGLES_OF_A_CROWD
        ),
        raw_crowd=crowd_rate(
            place=place, make_poster=raw_poster, given=place.raw_dsn, first=0, calls_each=SINGLES_OF_A_CROWD
        ),
        batches={
            size: rated(partial(post_batch, books=books, size=size), calls, size)
            for size, calls in BATCHES.items()
        },
        copy=rated(
            lambda number: raw.copy([movement(number * COPIED + place) for place in range(COPIED)]), 3, COPIED
        ),
    )


def post_one(*, company_id: UUID, client: Principal, number: int) -> None:
    """Post one entry through the service: decision, leaf, event, number and balances in one commit."""
    with scope([company_id]):
        post_journal_entry(company_id=company_id, draft=draft(movement(number)), posted_by=client)


def post_batch(place: int, *, books: Books, size: int, begin: int = _BATCH) -> None:
    """Post the batch of this place in one commit; batches of two sizes have no entry in common."""
    first = begin * size + place * size
    drafts = [draft(movement(number)) for number in range(first, first + size)]
    with scope([books.company_id]):
        post_journal_entries(company_id=books.company_id, drafts=drafts, posted_by=books.client)
