# SPDX-License-Identifier: Apache-2.0
"""The ledger's part of the page."""

from collections.abc import Iterable, Iterator, Sequence

from bench.posting import PostingResults
from bench.reading import ReadingResults
from bench.timing import Rate, percentile

SINGLES_TARGET = 500
BATCH_TARGET, BATCH_SHARE_TARGET = 15_000, 0.2
HTTP_MS_TARGET, GROWTH_TARGET, DEPTH_TARGET = 10.0, 1.2, 1.5
# In smaller books a warming cache outweighs growth: the larger ones may look faster than the smaller.
VERDICT_ENTRIES_MIN = 100_000

Row = Sequence[str]
_WHAT = """100 accounts; two entries of five touch the bank account. The program's side does all its work:
policy decision of an OAuth2 client, checks, gap-free number, balances by day and period, audit leaf, outbox
event. The raw side is the thinnest honest journal: entry, two lines, their indexes, nothing else.
"""


def written(*, posting: PostingResults, reading: Sequence[ReadingResults]) -> str:
    """Return the part as Markdown; every side is measured in the same run."""
    parts = [
        "## The ledger against raw SQL\n",
        _WHAT,
        "### W1 One entry of two lines for each commit\n",
        table(("", "entries/s", "p50 ms", "p95 ms", "CPU ms/entry", "of raw"), _singles(posting)),
        "### W2 Batches\n",
        table(("", "entries/s", "CPU ms/entry", "of COPY"), _batches(posting)),
        "### W4 Trial balance, and W5 page of the general ledger (medians, ms)\n",
        table(("", *(f"{result.entries:,} entries" for result in reading), "growth"), _readings(reading)),
        "Deep is the page after 90 % of the bank account's lines, reached by cursor.\n",
        "### Targets\n",
        f"A reading meets its target only in books of at least {VERDICT_ENTRIES_MIN:,} entries.\n",
        table(("target", "reached", ""), _targets(posting, reading)),
    ]
    return "\n".join(parts)


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table of Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _singles(posting: PostingResults) -> Iterator[Row]:
    yield _single("raw, one statement, 1 process", posting.raw_one, posting.raw_one)
    yield _single("raw, three statements, 1 process", posting.raw_three, posting.raw_three)
    yield _single("the service, 1 process", posting.single, posting.raw_three)
    yield _single("raw, three statements, 4 processes", posting.raw_crowd, posting.raw_crowd)
    yield _single("the service, 4 processes", posting.crowd, posting.raw_crowd)


def _single(name: str, rate: Rate, raw: Rate) -> Row:
    p50, p95 = (percentile(rate.latencies_ms, share) for share in (0.5, 0.95))
    share = f"{rate.per_second / raw.per_second:.2f}"
    return (name, f"{rate.per_second:,.0f}", f"{p50:.2f}", f"{p95:.2f}", f"{rate.cpu_ms:.2f}", share)


def _batches(posting: PostingResults) -> Iterator[Row]:
    rates = {f"the service, batches of {size:,}": rate for size, rate in posting.batches.items()}
    for name, rate in {"raw COPY": posting.copy, **rates}.items():
        share = f"{rate.per_second / posting.copy.per_second:.0%}"
        yield (name, f"{rate.per_second:,.0f}", f"{rate.cpu_ms:.3f}", share)


def _readings(reading: Sequence[ReadingResults]) -> Iterator[Row]:
    names = {
        "trial_balance": "trial balance, in process",
        "trial_balance_http": "trial balance, over HTTP",
        "raw_balances": "raw: sum of a balance table",
        "raw_lines": "raw: sum of all lines",
        "first_page": "first page, in process",
        "deep_page": "deep page, in process",
        "first_page_http": "first page, over HTTP",
        "deep_page_http": "deep page, over HTTP",
        "raw_first_page": "raw: first page by key",
        "raw_deep_page": "raw: deep page by key",
        "raw_offset": "raw: deep page by OFFSET",
    }
    for field, name in names.items():
        figures = [getattr(result, field) for result in reading]
        yield (name, *(f"{figure:.2f}" for figure in figures), f"{figures[-1] / figures[0]:.2f}")


def _targets(posting: PostingResults, reading: Sequence[ReadingResults]) -> Iterator[Row]:
    first, last = reading[0], reading[-1]
    batch = posting.batches[max(posting.batches)].per_second
    share = batch / posting.copy.per_second
    growth = last.trial_balance_http / first.trial_balance_http
    depth = last.deep_page_http / last.first_page_http
    yield _target(f"W1 ≥ {SINGLES_TARGET} entries/s", posting.single.per_second, SINGLES_TARGET, "{:,.0f}")
    yield (
        f"W2 ≥ {BATCH_TARGET:,} entries/s, or ≥ {BATCH_SHARE_TARGET:.0%} of COPY",
        f"{batch:,.0f}, {share:.0%}",
        "met" if batch >= BATCH_TARGET or share >= BATCH_SHARE_TARGET else "not met",
    )
    yield _limit("W4 over HTTP ≤ 10 ms", last.trial_balance_http, HTTP_MS_TARGET, last.entries)
    yield _limit("W4 growth over HTTP ≤ 1.2", growth, GROWTH_TARGET, first.entries)
    yield _limit("W5 first page over HTTP ≤ 10 ms", last.first_page_http, HTTP_MS_TARGET, last.entries)
    yield _limit("W5 deep page over HTTP ≤ 10 ms", last.deep_page_http, HTTP_MS_TARGET, last.entries)
    yield _limit("W5 deep to first ≤ 1.5", depth, DEPTH_TARGET, last.entries)


def _target(name: str, got: float, least: float, shape: str) -> Row:
    return (name, shape.format(got), "met" if got >= least else "not met")


def _limit(name: str, got: float, most: float, entries: int) -> Row:
    """Judge a reading; what misses its limit in small books misses it, what meets it there proves nothing."""
    if got > most:
        return (name, f"{got:.2f}", "not met")
    verdict = "met" if entries >= VERDICT_ENTRIES_MIN else f"no verdict: {entries:,} entries are too few"
    return (name, f"{got:.2f}", verdict)
