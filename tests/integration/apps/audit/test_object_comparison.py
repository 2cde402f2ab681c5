# SPDX-License-Identifier: Apache-2.0
"""Rows that verbs change are compared with the newest leaves about them, whatever a superuser did since."""

from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from apps.accounting.adapters.logged_viewers import LoggedViewers
from apps.accounting.services.share_object import share_object
from apps.accounting.services.update_account import update_account
from apps.audit import tasks
from apps.audit.adapters import settled_objects
from apps.audit.models import AuditReconciliation, PlatformComparison
from apps.audit.services import compare_objects as service
from apps.audit.services.compare_platform import compare_platform
from apps.audit.services.reconcile_documents import BooksMustBeCompared
from cortex.database.logged_rows import StoredRows
from cortex.database.transactions import transactional
from cortex.identity.credentials import OBJECT_TYPE as CREDENTIALS
from cortex.identity.membership_changes import revoke_membership
from cortex.identity.models import User
from cortex.ids import uuid7
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.books import BANK, CONSOLE, open_books
from tests.factories.chain import found_at_night, night, tamper
from tests.factories.people import just_signed_in, person
from tests.factories.scene import ROOMS, Scene, books_change
from tests.frame.clones import Clone
from tests.integration.apps.audit.edits import EDITS, Edit, hold_is_placed

# As leaves were before they said what was before them: their digests are of what each verb had to say.
OLD_LEAVES = (
    "UPDATE audit_entry SET body = convert_to(((convert_from(body, 'UTF8')::jsonb - 'new' - 'before')"
    " || '{\"digest\": \"00\"}')::text, 'UTF8') WHERE "
)
DELETED = "WITH gone AS (DELETE FROM {} WHERE {} RETURNING *) SELECT id FROM gone"


@pytest.fixture
def scene(committed_database: Clone) -> Scene:
    return Scene(committed_database)


def done_by_a_superuser(scene: Scene, table: str, statement: str, *values: object) -> UUID:
    """Change one row past the program, and return what the statement returns."""
    ((found,),) = tamper(scene.clone, table, statement, *values)
    return UUID(str(found))


def edited(scene: Scene, edit: Edit) -> UUID:
    return done_by_a_superuser(scene, edit.table, edit.statement)


class TestVerbs:
    @pytest.mark.parametrize("room", ROOMS)
    def test_leave_nothing_to_be_found(self, scene: Scene, room: str) -> None:
        change, _verbs = ROOMS[room]
        change(scene)
        found = night()
        assert (found.failed, found.difference_count) == ([], 0)
        assert found.platform is not None
        assert found.platform.object_count >= 2
        # A ledger, its accounts, a year and its months, and two members.
        assert found.results[0].object_count >= 1 + 5 + 1 + 12 + 2
        assert (found.platform.earlier_count, found.results[0].earlier_count) == (0, 0)

    def test_that_come_between_two_readings_are_no_difference(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The row is read, then a verb changes it, then the leaves are read: they are of another state."""
        read, names = settled_objects.newest_leaves, iter(["Giro", "Giro 2"])

        def renamed_before(**given: object) -> object:
            if given["object_type"] == "accounting.account" and (name := next(names, None)):
                update_account(company_id=scene.company_id, account_code=BANK, updated_by=CONSOLE, name=name)
            return read(**given)  # type: ignore[arg-type]

        monkeypatch.setattr(settled_objects, "newest_leaves", renamed_before)
        assert found_at_night() == []
        assert next(names, None) is None


class TestSuperuser:
    @pytest.mark.parametrize("name", EDITS)
    def test_who_edits_is_found_with_object_and_newest_leaf(self, scene: Scene, name: str) -> None:
        edit = EDITS[name]
        edit.first(scene)
        assert found_at_night() == []
        object_id = edited(scene, edit)
        with capture_logs() as logs:
            (found,) = found_at_night()
        ((digest, actor, at, leaf_id),) = scene.rows(
            "SELECT convert_from(body, 'UTF8')::jsonb ->> 'digest', actor, recorded_at, leaf_id"
            " FROM audit_entry WHERE object_id = %s AND object_type = %s AND verb = %s"
            " ORDER BY id DESC LIMIT 1",
            object_id,
            edit.type,
            edit.verb,
        )
        assert (found.object_id, found.column) == (object_id, edit.type)
        left = f"as {actor} left it at {at:%Y-%m-%d %H:%M:%S}+00:00 by {edit.verb} (leaf {leaf_id})"
        assert found.expected == f"SHA-256 {digest}, {left}"
        assert found.got.startswith("SHA-256 ")
        assert digest not in found.got
        (alarm,) = [each for each in logs if each["event"].endswith("_from_log")]
        assert (alarm["log_level"], alarm["object_id"]) == ("error", str(object_id))

    def test_who_puts_it_back_is_found_no_longer(self, scene: Scene) -> None:
        edit = EDITS["an account's type"]
        edited(scene, edit)
        assert len(found_at_night()) == 1
        tamper(scene.clone, edit.table, "UPDATE accounting_account SET type = 'asset' WHERE code = %s", BANK)
        assert found_at_night() == []

    def test_who_lets_somebody_in_is_found(self, scene: Scene) -> None:
        mallory = person("mallory")
        done_by_a_superuser(
            scene,
            "identity_membership",
            "INSERT INTO identity_membership (id, company_id, user_id, roles, roles_by_hand, roles_by_rules,"
            " created_at) VALUES (%s, %s, %s, '{controller}', '{controller}', '{}', now()) RETURNING id",
            uuid7(),
            scene.company_id,
            mallory.id,
        )
        (found,) = found_at_night()
        assert (found.object_id, found.column) == (mallory.id, "identity.user")
        assert found.expected == "a leaf of the verb that made it"
        assert found.got.startswith("no leaf, and SHA-256 ")

    def test_who_makes_a_user_or_an_account_is_found(self, scene: Scene) -> None:
        made = done_by_a_superuser(
            scene,
            "accounting_account",
            "INSERT INTO accounting_account (id, company_id, ledger_id, code, name, type)"
            " SELECT %s, company_id, id, 'Assets:Mine', 'Mine', 'asset' FROM accounting_ledger RETURNING id",
            uuid7(),
        )
        (found,) = found_at_night()
        assert (found.object_id, found.expected) == (made, "a leaf of the verb that made it")

    def test_who_deletes_a_hold_is_found(self, scene: Scene) -> None:
        hold_is_placed(scene)
        hold_id = done_by_a_superuser(scene, "audit_hold", DELETED.format("audit_hold", "true"))
        (found,) = found_at_night()
        assert (found.object_id, found.column, found.got) == (hold_id, "audit.hold", "no row")
        assert "by audit.hold.place (leaf " in found.expected

    def test_who_deletes_a_membership_is_found_and_a_verb_that_does_so_is_not(self, scene: Scene) -> None:
        revoke_membership(company_id=scene.company_id, user_id=scene.alice.id, revoked_by=CONSOLE)
        assert found_at_night() == []
        tamper(
            scene.clone,
            "identity_membership",
            "DELETE FROM identity_membership WHERE user_id = %s",
            scene.bob.id,
        )
        (found,) = found_at_night()
        assert (found.object_id, found.got) == (scene.bob.id, "no row")

    def test_who_takes_a_share_away_or_gives_one_is_found(self, scene: Scene) -> None:
        for person_, is_given in ((scene.bob, True), (scene.bob, False), (scene.bob, True)):
            with scene.books.entered():
                share_object(
                    company_id=scene.company_id,
                    kind="account",
                    object_id=scene.account(),
                    user_id=person_.id,
                    is_shared=is_given,
                    shared_by=just_signed_in(scene.alice),
                )
            assert found_at_night() == []
        tamper(
            scene.clone,
            "guardian_userobjectpermission",
            "UPDATE guardian_userobjectpermission SET user_id = %s",
            scene.alice.id,
        )
        (changed,) = found_at_night()
        assert (changed.object_id, changed.column) == (scene.account(), "accounting.account.viewers")
        tamper(scene.clone, "guardian_userobjectpermission", "DELETE FROM guardian_userobjectpermission")
        (gone,) = found_at_night()
        assert (gone.object_id, gone.got) == (scene.account(), "no row")


class TestEarlierVersions:
    """What was made before leaves said what was before them is counted, and no alarm."""

    def test_left_no_leaf_of_a_period(self, scene: Scene) -> None:
        tamper(
            scene.clone,
            "audit_entry",
            "DELETE FROM audit_entry WHERE object_type = 'accounting.fiscal_period'",
        )
        assert len(found_at_night()) == 12
        tamper(scene.clone, "audit_entry", OLD_LEAVES + "object_type = 'accounting.fiscal_year'")
        (of_company,) = night().results
        # The months, and the year itself, whose old leaf is of its days alone.
        assert (of_company.difference_count, of_company.earlier_count) == (0, 12 + 1)

    def test_left_digests_of_something_else(self, scene: Scene) -> None:
        tamper(scene.clone, "audit_entry", OLD_LEAVES + "object_type = 'identity.user'")
        found = night()
        assert found.platform is not None
        assert (found.difference_count, found.platform.earlier_count) == (0, 2)
        assert found.results[0].earlier_count == 2


class TestNight:
    def test_walks_in_batches(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "BATCH", 2)
        monkeypatch.setattr(service, "LEAVES_BATCH", 3)
        ids = {edited(scene, EDITS[name]) for name in ("an account's type", "a period's days")}
        hold_is_placed(scene)
        ids.add(done_by_a_superuser(scene, "audit_hold", DELETED.format("audit_hold", "true")))
        assert {each.object_id for each in found_at_night()} == ids

    def test_asks_once_a_batch_who_is_from_before_the_leaves(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person("mallory")
        tamper(scene.clone, "audit_entry", f"DELETE FROM audit_entry WHERE object_type = '{CREDENTIALS}'")
        tamper(scene.clone, "audit_entry", OLD_LEAVES + "object_type = 'identity.user'")
        asked, first_leaves = [], service.oldest_leaves

        def counted(**given: Any) -> object:
            asked.append(set(given["object_ids"]))
            return first_leaves(**given)

        monkeypatch.setattr(service, "oldest_leaves", counted)
        found = night()
        assert found.platform is not None
        # Of each person the row and the ways to sign in.
        assert (found.difference_count, found.platform.earlier_count) == (0, 2 * 3)
        assert asked == [set(transactional(lambda: list(User.objects.values_list("id", flat=True)))())]

    def test_reads_no_row_once_more_for_each_verb(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, of_objects = [], StoredRows.of_objects

        def counted(rows: StoredRows, **given: Any) -> object:
            asked.append(given["object_ids"])
            return of_objects(rows, **given)

        monkeypatch.setattr(StoredRows, "of_objects", counted)
        books_change(scene)
        assert found_at_night() == []
        assert asked == []

    def test_tells_of_a_kind_that_cannot_be_read_and_of_all_others(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_given: object) -> object:
            raise ValueError("a row that nobody can read")

        monkeypatch.setattr(LoggedViewers, "_shared", broken)
        object_id = edited(scene, EDITS["an account's type"])
        found = [(each.object_id, each.column) for each in found_at_night()]
        unread = [(UUID(int=0), f"accounting.{kind}.viewers") for kind in ("account", "journal_entry")]
        assert sorted(found) == sorted([*unread, (object_id, "accounting.account")])

    def test_goes_on_behind_a_company_where_it_fails(self, scene: Scene) -> None:
        other = open_books(code="OTHER")
        edited(scene, EDITS["a role on the platform"])
        tamper(
            scene.clone,
            "audit_reconciliation",
            f"ALTER TABLE audit_reconciliation ADD CHECK (company_id <> '{scene.company_id}')",
        )
        found = night()
        assert found.failed == [scene.company_id]
        assert [each.company_id for each in found.results] == [other.company_id]
        assert found.difference_count == 1

    def test_compares_companies_where_the_platform_fails_and_says_so(self, scene: Scene) -> None:
        edited(scene, EDITS["an account's type"])
        tamper(
            scene.clone,
            "audit_platform_comparison",
            "ALTER TABLE audit_platform_comparison ADD CHECK (object_count < 0)",
        )
        with pytest.raises(BooksMustBeCompared) as refused:
            tasks.reconcile_documents()
        assert refused.value.evidence["object"] == "platform"
        assert tasks.DIFFERENCES._value.get() == 1

    def test_counts_what_is_the_platforms_and_the_companies(self, scene: Scene) -> None:
        for name in ("a role on the platform", "an account's type"):
            edited(scene, EDITS[name])
        tasks.reconcile_documents()
        assert tasks.DIFFERENCES._value.get() == 2

    def test_stores_what_it_found(self, scene: Scene) -> None:
        user_id = edited(scene, EDITS["a role on the platform"])
        account_id = edited(scene, EDITS["an account's type"])
        found = night()
        ours: list[AuditReconciliation]
        with scene.books.entered():
            ours = transactional(lambda: list(AuditReconciliation.objects.all()))()
        theirs = transactional(lambda: list(PlatformComparison.objects.all()))()
        for row, object_id in ((ours[0], account_id), (theirs[0], user_id)):
            assert (row.difference_count, row.differences[0]["object_id"]) == (1, str(object_id))
        assert found.platform is not None
        assert ours[0].object_count == found.results[0].object_count > 0
        assert theirs[0].object_count == found.platform.object_count > 0
        ((verb, actor),) = scene.rows(
            "SELECT verb, actor FROM audit_entry WHERE object_id = %s", theirs[0].id
        )
        assert (verb, actor) == ("audit.objects.compare", "service:scheduler")

    def test_of_the_platform_is_for_the_schedule_alone(self, scene: Scene) -> None:
        with pytest.raises(AccessMustBeGranted):
            compare_platform(compared_by=Principal.service("charlie"))
        assert not transactional(PlatformComparison.objects.exists)()
