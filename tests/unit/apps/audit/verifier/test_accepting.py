# SPDX-License-Identifier: Apache-2.0
"""Archives of generated logs are accepted, and what they prove is said."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.archive.frame import Period
from tests.factories.evidence_log import (
    LogInMemory,
    company_archive,
    document_archive,
    keys_text,
    log_archive,
    verdict,
)

COMPANIES = [UUID(int=number << 90) for number in (7, 1, 4)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*COMPANIES, None, "seal"]),
        st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.sampled_from(["", "Miete", 'Grüße "\\\u2028\x01']),
    ),
    max_size=30,
)


def log_of(steps: list[tuple[UUID | str | None, date | None, str]]) -> LogInMemory:
    log = LogInMemory()
    for who, day, text in steps:
        if isinstance(who, str):
            log.seal()
        else:
            log.append(who, day=day, text=text)
    log.seal()
    return log


class TestVerify:
    @settings(max_examples=25, deadline=None)
    @given(steps=STEPS)
    def test_accepts_every_log_and_the_archive_of_each_of_its_companies(self, steps: list) -> None:  # type: ignore[type-arg]
        log = log_of(steps)
        assert verdict(log_archive(log)).refused is None
        for company_id in log.own:
            period = Period(date(2026, 3, 1), date(2026, 8, 31))
            assert verdict(company_archive(log, company_id)).refused is None
            assert verdict(company_archive(log, company_id, period=period)).refused is None

    @pytest.mark.parametrize("count", [1, 254, 255, 256, 257, 511, 512, 700])
    def test_accepts_logs_at_the_borders_of_bundles(self, count: int) -> None:
        log = LogInMemory()
        for _ in range(count):
            log.append(None)
        log.seal()
        assert verdict(log_archive(log)).refused is None

    def test_accepts_single_documents_and_says_what_it_could_not_tell(self) -> None:
        log = LogInMemory()
        leaf_id = log.append(COMPANIES[0], day=date(2026, 5, 1), text="Miete Mai")
        log.append(COMPANIES[0], day=date(2026, 5, 2))
        log.seal()
        told = verdict(document_archive(log, COMPANIES[0], [leaf_id]), keys=keys_text(quorum="none"))
        assert told.refused is None
        assert "The log holds this leaf unchanged." in told.report.proved
        assert "1 documents are the ones that leaves fixed, unchanged." in told.report.proved
        assert "1 texts are those that were written at the time." in told.report.proved
        assert [entry["what"] for entry in told.report.could_not] == [
            "tell whether anything was left out",
            "tell whether everybody was shown the same tree",
            "tell whether what was written was true, or what was lost before the first signed checkpoint",
        ]

    def test_says_which_texts_it_could_not_read(self) -> None:
        log = LogInMemory()
        log.append(COMPANIES[0], text="erased")
        log.openings.clear()
        log.seal()
        told = verdict(company_archive(log, COMPANIES[0]))
        assert told.refused is None
        assert "read 1 texts that leaves are committed to" in [one["what"] for one in told.report.could_not]

    def test_gives_the_same_bytes_for_the_same_point_in_time(self) -> None:
        log = log_of([(COMPANIES[0], date(2026, 1, 1), "a"), (COMPANIES[1], None, "b")])
        assert company_archive(log, COMPANIES[0]) == company_archive(log, COMPANIES[0])
        assert log_archive(log) == log_archive(log)
