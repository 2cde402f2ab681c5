# SPDX-License-Identifier: Apache-2.0
"""Flags entries that look like one that was posted before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any

from cortex_sdk import Context, data, events, handler, log, store

FOUND = "org.codexion.duplicate_guard.found.v1"
ENTRY_FIELDS = ["id", "number", "accounting_date", "reference", "narration", "reverses_id"]
LINE_FIELDS = ["account", "amount_minor", "party_id"]
CANDIDATES_MAX, LINES_MAX, FINDINGS_MAX, PAGE = 20, 1_000, 1_000, 50
ALIKE_MIN = 0.8
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """An entry with what it is compared by: who stands on which account with how much."""

    row: Row
    moves: tuple[tuple[str, int], ...]
    parties: frozenset[str]

    @property
    def total_minor(self) -> int:
        """Return the sum of debits in minor units, which credits equal."""
        return sum(amount_minor for _account, amount_minor in self.moves if amount_minor > 0)


@handler
def on_posted(event: Mapping[str, Any], context: Context) -> None:
    """Compare what was posted with what stands around it, and tell of each that it looks like."""
    entry = _entry(events.subject_id(event))
    if entry is None or entry.total_minor < context.settings["amount_min_minor"]:
        return
    for other in _candidates(entry, context.settings["days"]):
        reasons = _reasons(entry, other)
        score = sum(reasons.values())
        if score >= context.settings["score_min"]:
            _tell(entry, other, score, list(reasons))


@handler
def findings(request: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return what was found, newest first; `?after=` goes on behind the `next` of an answer before."""
    keys = sorted(store.keys("found/", limit=FINDINGS_MAX), reverse=True)
    after = request["query"].get("after", "")
    page = [key for key in keys if not after or key < after][:PAGE]
    return {"findings": [store.read(key) for key in page], "next": page[-1] if len(page) == PAGE else None}


def _entry(entry_id: str) -> Entry | None:
    """Return the entry; None where it is not there, reverses another or was reversed: it repeats nothing."""
    rows = data.query("accounting.journal_entry", fields=ENTRY_FIELDS, where={"id": entry_id}, limit=1)
    if not rows or rows[0]["reverses_id"]:
        return None
    if data.query("accounting.journal_entry", fields=["id"], where={"reverses_id": entry_id}, limit=1):
        return None
    lines = data.query(
        "accounting.entry_line", fields=LINE_FIELDS, where={"entry_id": entry_id}, limit=LINES_MAX
    )
    moves = tuple(sorted((line["account"], line["amount_minor"]) for line in lines))
    return Entry(rows[0], moves, frozenset(line["party_id"] for line in lines if line["party_id"]))


def _candidates(entry: Entry, days: int) -> Iterator[Entry]:
    """Yield entries of so many days around that move as much on the account that this one moves most on."""
    day = date.fromisoformat(entry.row["accounting_date"])
    account, amount_minor = max(entry.moves, key=lambda move: abs(move[1]))
    around = {
        "account": account,
        "amount_minor": amount_minor,
        "accounting_date_from": (day - timedelta(days=days)).isoformat(),
        "accounting_date_to": (day + timedelta(days=days + 1)).isoformat(),
    }
    lines = data.query("accounting.entry_line", fields=["entry_id"], where=around, limit=LINES_MAX)
    # Ids are in the order of posting: of two alike entries the later one is flagged, once.
    earlier = sorted({line["entry_id"] for line in lines if line["entry_id"] < entry.row["id"]}, reverse=True)
    for entry_id in earlier[:CANDIDATES_MAX]:
        if other := _entry(entry_id):
            yield other


def _reasons(entry: Entry, other: Entry) -> dict[str, int]:
    """Return what is the same, in words, with its points; nothing where accounts or amounts differ."""
    if entry.moves != other.moves:
        return {}
    told = {"the same accounts with the same amounts": 50}
    if entry.row["reference"] and entry.row["reference"] == other.row["reference"]:
        told[f"the same reference {entry.row['reference']}"] = 30
    if entry.parties & other.parties:
        told["the same party"] = 20
    if entry.row["accounting_date"] == other.row["accounting_date"]:
        told["the same accounting date"] = 15
    if _are_alike(entry.row["narration"], other.row["narration"]):
        told["the same or a similar narration"] = 15
    return told


def _are_alike(one: str | None, other: str | None) -> bool:
    """Tell whether both say nearly the same; numbers count, since invoices differ by nothing else."""
    first, second = (one or "").casefold().split(), (other or "").casefold().split()
    digits = [[word for word in words if any(map(str.isdigit, word))] for words in (first, second)]
    if not first or not second or digits[0] != digits[1]:
        return False
    return SequenceMatcher(None, " ".join(first), " ".join(second)).ratio() >= ALIKE_MIN


def _tell(entry: Entry, other: Entry, score: int, reasons: list[str]) -> None:
    found = {
        "entry_id": entry.row["id"],
        "number": entry.row["number"],
        "resembles_id": other.row["id"],
        "resembles_number": other.row["number"],
        "score": score,
        "reasons": reasons,
    }
    _keep(f"found/{entry.row['id']}/{other.row['id']}", found)
    events.emit(FOUND, **found)
    same = "; ".join(reasons)
    log.warning(f"entry {entry.row['number']} looks like entry {other.row['number']}, {score} points: {same}")


def _keep(key: str, found: dict[str, Any]) -> None:
    """Store a finding; the oldest makes room, since a store that is full would end every later call."""
    stored = store.keys("found/", limit=FINDINGS_MAX)
    if len(stored) == FINDINGS_MAX and key not in stored:
        store.remove(stored[0])
    store.write(key, found)
