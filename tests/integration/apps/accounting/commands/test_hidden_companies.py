# SPDX-License-Identifier: Apache-2.0
"""Commands tell a person who belongs to no company nothing of it, not even that it is there."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from cortex.errors import CortexError
from cortex.tenancy.companies import company_id_for
from tests.factories.books import Books, open_books
from tests.factories.people import cast, let_in, person
from tests.integration.apps.accounting.journals import ACCOUNTS, JOURNAL

pytestmark = pytest.mark.django_db
THEIRS, NOWHERE = "HIDDEN", "NOWHERE"


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, tuple[str, ...]]:
    """Return what each command needs beside company and person."""
    for name, content in (("accounts", ACCOUNTS), ("journal", JOURNAL)):
        (tmp_path / f"{name}.csv").write_bytes(content)
    files = ("--accounts", f"{tmp_path}/accounts.csv", "--journal", f"{tmp_path}/journal.csv")
    return {"import_journal": files, "generate": ("--entries", "3", "--seed", "7")}


@pytest.fixture
def hidden() -> Books:
    return open_books(code=THEIRS)


def answer(command: str, company: str, *given: str) -> tuple[str, str, object]:
    """Return what the command says of a company, without its code, which the asker knows."""
    with pytest.raises(CortexError) as refused:
        call_command(command, "--company", company, *given, stdout=StringIO(), stderr=StringIO())
    told = (refused.value.code, refused.value.message, str(dict(refused.value.evidence)))
    return tuple(part.replace(company, "…") for part in told)  # type: ignore[return-value]


@pytest.mark.parametrize("command", ["import_journal", "generate"])
@pytest.mark.parametrize(
    "creating",
    [(), ("--create",), ("--create", "--currency", "EUR")],
    ids=["import", "create", "create books"],
)
class TestCompany:
    def test_that_is_hidden_is_answered_like_one_that_is_not_there(
        self, command: str, creating: tuple[str, ...], arguments: dict[str, tuple[str, ...]], hidden: Books
    ) -> None:
        charlie = cast().charlie
        given = (*arguments[command], *creating, "--as", charlie.username)
        assert answer(command, THEIRS, *given) == answer(command, NOWHERE, *given)
        assert company_id_for(code=NOWHERE) is None

    def test_says_who_may_not_to_its_own_people(
        self, command: str, creating: tuple[str, ...], arguments: dict[str, tuple[str, ...]], hidden: Books
    ) -> None:
        erin = person("erin")
        let_in(company_id=hidden.company_id, user_id=erin.id, roles=["viewer"])
        code, *_ = answer(command, THEIRS, *arguments[command], *creating, "--as", "erin")
        assert code == "policy.access_must_be_granted"
