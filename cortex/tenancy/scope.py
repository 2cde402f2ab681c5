# SPDX-License-Identifier: Apache-2.0
"""Bind companies to the running context; row-level security shows their rows and no others."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from cortex.database.session import bound_settings, session_settings

SETTING = "app.company_ids"


@contextmanager
def scope(company_ids: Iterable[UUID]) -> Iterator[None]:
    """Let the transactions of this context see these companies; without it they see no rows."""
    with session_settings({SETTING: ",".join(str(company_id) for company_id in company_ids)}):
        yield


def scoped_companies() -> tuple[UUID, ...]:
    """Return the companies bound to this context."""
    bound = bound_settings().get(SETTING, "")
    return tuple(UUID(company_id) for company_id in bound.split(",") if company_id)
