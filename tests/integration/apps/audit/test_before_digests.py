# SPDX-License-Identifier: Apache-2.0
"""Verbs of every room are carried out for real: each leaf begins with what the one before it had left."""

import json

import pytest

from apps.accounting.services.update_account import update_account
from apps.audit.domain.verb_kinds import CHANGES, CREATES, LeafMustTellWhatWasBefore
from cortex.database.transactions import transactional
from cortex.identity.set_staff import set_staff
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.registry import get
from tests.factories.books import BANK, CONSOLE
from tests.factories.people import let_in
from tests.factories.scene import ROOMS, Scene, books_change
from tests.frame.clones import Clone


@pytest.fixture
def scene(committed_database: Clone) -> Scene:
    return Scene(committed_database)


class TestChain:
    @pytest.mark.parametrize("room", ROOMS)
    def test_has_no_gap(self, scene: Scene, room: str) -> None:
        change, expected = ROOMS[room]
        already = scene.changes()[0].followed
        change(scene)
        changes, verbs = scene.changes()
        assert changes.gaps == []
        assert changes.followed > already
        assert expected <= verbs <= CREATES | CHANGES

    def test_breaks_where_a_row_was_changed_past_the_program(self, scene: Scene) -> None:
        books_change(scene)
        scene.change("UPDATE accounting_account SET name = 'Cash in hand' WHERE code = %s", BANK)
        assert scene.changes()[0].gaps == []
        with scene.books.entered():
            update_account(
                company_id=scene.company_id, account_code=BANK, updated_by=CONSOLE, is_active=False
            )
        (found,) = scene.changes()[0].gaps
        assert found.startswith(f"accounting.account {scene.account()} was changed between leaf ")

    def test_breaks_where_somebody_let_themselves_in(self, scene: Scene) -> None:
        scene.change("UPDATE identity_user SET is_superuser = true WHERE username = 'bob'")
        set_staff(user_id=scene.bob.id, is_staff=True, set_by=CONSOLE)
        (found,) = scene.changes()[0].gaps
        assert found.startswith(f"identity.user {scene.bob.id} was changed between leaf ")

    def test_breaks_where_a_member_was_let_in_by_hand(self, scene: Scene) -> None:
        scene.change(
            "UPDATE identity_membership SET roles = '{clerk}', roles_by_hand = '{clerk}' WHERE user_id = %s",
            scene.bob.id,
        )
        let_in(company_id=scene.company_id, user_id=scene.bob.id, roles=["viewer"])
        (found,) = scene.changes()[0].gaps
        assert found.startswith(f"identity.user {scene.bob.id} was changed between leaf ")


class TestPosting:
    def test_says_neither_and_costs_no_byte(self, scene: Scene) -> None:
        entry = scene.books.post()
        ((body,),) = scene.rows("SELECT body FROM audit_entry WHERE object_id = %s", entry.id)
        assert not {"before", "new"} & set(json.loads(bytes(body)))  # type: ignore[call-overload]


class TestAppend:
    def test_refuses_a_change_that_does_not_say_what_was_before(self, scene: Scene) -> None:

        record = AuditRecord(
            verb="accounting.account.update",
            object_type="accounting.account",
            object_id=scene.account(),
            digest="ab" * 32,
        )
        already = scene.rows("SELECT count(*) FROM audit_entry")
        with scene.books.entered(), pytest.raises(LeafMustTellWhatWasBefore):
            transactional(get(AuditLog).append)(company_id=scene.company_id, actor=CONSOLE, records=[record])
        assert scene.rows("SELECT count(*) FROM audit_entry") == already
