# SPDX-License-Identifier: Apache-2.0
"""What each process of a crowd posts with; importable before Django is set up, as a new process does."""

from collections.abc import Callable
from typing import Any

from bench.raw import RawJournal
from bench.stream import movement


def program_poster(given: Any) -> Callable[[int], object]:
    """Return the service's posting of one entry; `given` are the company's id and the principal."""
    import django  # noqa: PLC0415 - a new process has yet to set it up

    django.setup()
    from bench.posting import post_one  # noqa: PLC0415 - stands on models

    company_id, client = given
    return lambda number: post_one(company_id=company_id, client=client, number=number)


def raw_poster(given: Any) -> Callable[[int], object]:
    """Return raw posting in three statements; `given` is the connection string."""
    journal = RawJournal(given)
    return lambda number: journal.post_in_three_statements(movement(number))
