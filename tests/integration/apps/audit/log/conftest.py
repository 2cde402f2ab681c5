# SPDX-License-Identifier: Apache-2.0
"""Two companies whose leaves are integrated, in a database where commits are real."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.factories.log import LocalSigner, LocalWitnesses
from tests.factories.people import create_company
from tests.frame.clones import Clone


@dataclass(frozen=True)
class Log:
    """A database with two companies and no leaf of theirs in the tree yet."""

    dsn: str
    acme: UUID
    bolt: UUID
    signer: LocalSigner
    witnesses: LocalWitnesses


@pytest.fixture
def log(committed_database: Clone) -> Log:
    return Log(
        committed_database.admin_dsn,
        create_company(code="ACME", name="Acme").id,
        create_company(code="BOLT", name="Bolt").id,
        LocalSigner(),
        LocalWitnesses(),
    )
