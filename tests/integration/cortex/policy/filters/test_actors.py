# SPDX-License-Identifier: Apache-2.0
"""The database reads the name of an actor as the program does."""

import pytest
from django.db.models import CharField, F, Value

from apps.accounting.models import JournalEntry
from cortex.ports.principal import person_behind, program_behind
from tests.factories.books import open_books

ACTORS = {
    "user:alice": ("alice", None),
    "client:shop": (None, "shop"),
    "client:shop:user:alice": ("alice", "shop"),
    "client:shop:user:app:user:alice": ("alice", "shop:user:app"),
    "client:a\nb:user:alice": ("alice", "a\nb"),
    "service:console": (None, None),
    "service:a:user:alice": (None, None),
}


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_agrees(actor: str) -> None:
    books = open_books()
    with books.entered():
        books.post()
        rows = JournalEntry.objects.filter(company_id=books.company_id).annotate(
            actor=Value(actor, CharField())
        )
        read = rows.values_list(F("actor__person_behind"), F("actor__program_behind")).get()
    assert read == (person_behind(actor), program_behind(actor)) == ACTORS[actor]
