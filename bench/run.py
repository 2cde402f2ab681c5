# SPDX-License-Identifier: Apache-2.0
"""The order of one run: posting in small books first, then reading in books that grow."""

from collections.abc import Callable, Sequence

from bench.books import bearer_token, open_books
from bench.databases import Place
from bench.posting import measure_posting
from bench.raw import RawJournal
from bench.reading import ReadingResults, grow, measure_reading
from bench.report import written
from bench.web import ApiClient, served


def measured_part(*, place: Place, sizes: Sequence[int], say: Callable[[str], None]) -> str:
    """Measure everything and return the part of the page that tells it."""
    raw = RawJournal(place.raw_dsn, is_new=True)
    say("W1 and W2: posting")
    posting = measure_posting(place=place, books=open_books(code="POSTING"), raw=raw)
    raw.clear()
    say("W4 and W5: reading")
    return written(posting=posting, reading=_read(place, raw, sizes, say))


def _read(
    place: Place, raw: RawJournal, sizes: Sequence[int], say: Callable[[str], None]
) -> list[ReadingResults]:
    books, results, done = open_books(code="READING"), [], 0
    with served() as port:
        token = bearer_token(books)
        for size in sizes:
            grow(books=books, raw=raw, dsn=place.program_dsn, done=done, size=size, say=say)
            # The server closes a connection that rested while the books grew.
            api = ApiClient(port=port, token=token)
            say(f"reading books of {size:,} entries")
            results.append(
                measure_reading(books=books, raw=raw, dsn=place.program_dsn, api=api, entries=size)
            )
            done = size
    return results
