# SPDX-License-Identifier: Apache-2.0
"""The archive that somebody is handed: the same content gives the same bytes, and people can read it."""

import io
from typing import Any
from zipfile import ZipFile

from apps.audit.domain.privacy.subject_archive import subject_archive

SECTIONS: dict[str, list[dict[str, Any]]] = {
    "Party": [{"name": "Erika", "reference": None}],
    "Journal entries": [{"entry": "G/1", "lines": [{"amount": "5.00", "text": "Rent"}, "a note"]}],
    "Audit log": [{"verb": "posted", "texts": {"reason": "asked"}}],
    "Files": [],
}


def made(**given: Any) -> bytes:
    return subject_archive(
        **{"title": "Erika", "company": "ACME", "as_of": "2026-11-27", "sections": SECTIONS, **given}
    )


def test_the_same_content_gives_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made(title="Otto")


def test_text_shows_each_row_and_says_where_there_is_none() -> None:
    with ZipFile(io.BytesIO(made())) as opened:
        text = opened.read("subject.txt").decode()
    told = text[text.index("\nParty") :].splitlines()
    assert told == [
        *("", "Party", "=====", "", "name: Erika", ""),
        *("", "Journal entries", "===============", "", "entry: G/1", "lines:"),
        *("  - amount: 5.00", "    text: Rent", "  - a note", ""),
        *("", "Audit log", "=========", "", "verb: posted", "texts:", "  reason: asked", ""),
        *("", "Files", "=====", "", "Nothing."),
    ]
