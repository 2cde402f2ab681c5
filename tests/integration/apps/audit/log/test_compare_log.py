# SPDX-License-Identifier: Apache-2.0
"""A superuser changes the stored log past its triggers: the next comparison names what is not as signed."""

from collections.abc import Iterator

import psycopg
import pytest
from django.test import Client
from structlog.testing import capture_logs

from apps.audit.adapters.probes.log import reconciled
from apps.audit.domain.compliance.probe import Asked, Status
from apps.audit.domain.log_comparison import MISSING, WHOLE, ComparedLog
from apps.audit.domain.merkle.errors import ConsistencyProofInvalid, TreeMustHaveTheSize
from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.models import LogComparison
from apps.audit.services.compare_log import compare_log
from apps.audit.services.seal_tree import seal_tree
from apps.audit.services.tell_standing import tell_standing
from apps.audit.tasks import LOG_DIFFERENCES, compare_stored_log
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import CONSOLE
from tests.factories.leaves import watched_leaves
from tests.factories.log import SigningLog, append, claimed, stored_leaves
from tests.factories.people import create_user
from tests.factories.sessions import sign_in
from tests.integration.apps.audit.log.conftest import Log

SCHEDULER = Principal.service("scheduler")
TABLES = ("audit_entry", "audit_leaf", "audit_tile", "audit_checkpoint", "audit_cosignature")
# More than a tile.
LEAVES, PLACE = 300, 293
EDIT = "UPDATE audit_entry SET body = convert_to(replace(convert_from(body, 'UTF8'), 'do', 'ok'), 'UTF8')"
GHOST = """
INSERT INTO audit_entry (
  id, leaf_id, company_id, object_id, body, actor, verb, object_type, recorded_xid, cluster_epoch)
OVERRIDING SYSTEM VALUE
SELECT
  1000000, gen_random_uuid(), company_id, object_id, body, actor, verb, object_type, {recorded}, cluster_epoch
  FROM audit_entry WHERE id = {entry_id}
"""


@pytest.fixture
def keys(log: Log) -> Iterator[SigningLog]:
    """Return the keys of a log that was signed with leaves of two companies."""
    append(log.acme, LEAVES)
    append(log.bolt, 3)
    keys = SigningLog()
    keys.sign()
    with override(TrustedKeys, keys):
        yield keys


def past_the_triggers(log: Log, *statements: str) -> None:
    with psycopg.connect(log.dsn) as admin:
        for table in TABLES:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            admin.execute(statement)
        for table in TABLES:
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def found() -> ComparedLog:
    compared = compare_log(compared_by=SCHEDULER)
    assert compared is not None
    return compared


def edited(log: Log) -> tuple[bytes, bytes]:
    """Change what one leaf says; return it as it was and as it is."""
    before = stored_leaves(log.dsn)[PLACE]
    past_the_triggers(log, f"{EDIT} WHERE id = {before.entry_id}")
    after = stored_leaves(log.dsn)[PLACE]
    assert before.body != after.body
    return before.body, after.body


def probe() -> object:
    return Client().get("/health/ready").json()["parts"].get("books")


def hashed_anew(log: Log) -> None:
    """Make every tile fit the leaves as they are now."""
    tiles = Frontier().append(leaf_hashes=[leaf_hash(leaf.body) for leaf in stored_leaves(log.dsn)])
    with psycopg.connect(log.dsn) as admin:
        admin.execute("ALTER TABLE audit_tile DISABLE TRIGGER ALL")
        for (level, place), hashes in tiles.items():
            admin.execute(
                "UPDATE audit_tile SET hashes = %s WHERE level = %s AND place = %s", [hashes, level, place]
            )


class TestCompareLog:
    def test_finds_a_log_that_nobody_touched_as_it_was_signed(self, log: Log, keys: SigningLog) -> None:
        with watched_leaves() as watched:
            compared = found()
        assert watched.verbs == ["audit.log.compare"]
        assert (compared.size, compared.differences) == (keys.signer.size, [])
        (row,) = transactional(lambda: list(LogComparison.objects.all()))()
        assert (row.tree_size, row.difference_count) == (keys.signer.size, 0)

    @pytest.mark.parametrize("recorded", ["recorded_xid", "'9000000000000000000'::xid8"])
    def test_names_an_entry_that_was_slipped_in_beside_the_log(
        self, log: Log, keys: SigningLog, recorded: str
    ) -> None:
        """Else it would be the newest leaf of its object, and make an edited row look right."""
        past_the_triggers(
            log, GHOST.format(recorded=recorded, entry_id=stored_leaves(log.dsn)[PLACE].entry_id)
        )
        (one,) = found().differences
        assert (one.place, one.expected, one.got) == (
            WHOLE,
            "a place in the log for entry 1000000",
            MISSING,
        )

    def test_waits_for_what_was_just_committed(self, log: Log, keys: SigningLog) -> None:
        append(log.acme, 3)
        assert found().differences == []

    def test_names_the_leaf_that_was_edited(self, log: Log, keys: SigningLog) -> None:
        before, after = edited(log)
        with capture_logs() as told:
            (one,) = found().differences
        assert (one.place, one.expected, one.got) == (PLACE, leaf_hash(before).hex(), leaf_hash(after).hex())
        (line,) = [line for line in told if line["event"] == "log_differs_from_signed_tree"]
        assert (line["log_level"], line["place"]) == ("error", PLACE)

    def test_names_each_leaf_of_the_tail_that_was_deleted(self, log: Log, keys: SigningLog) -> None:
        size = keys.signer.size
        past_the_triggers(log, f"DELETE FROM audit_leaf WHERE leaf_index >= {size - 5}")
        told = found().differences
        assert [(one.place, one.got) for one in told if one.place != WHOLE] == [
            (place, MISSING) for place in range(size - 5, size)
        ]
        # Of the five places two were of entries, which have none now; heads of companies are no entries.
        assert [one.expected.partition(" entry ")[0] for one in told if one.place == WHOLE] == [
            "a place in the log for"
        ] * 2

    def test_tells_a_hundred_and_counts_all_when_the_table_of_leaves_is_emptied(
        self, log: Log, keys: SigningLog
    ) -> None:
        past_the_triggers(log, "TRUNCATE audit_leaf")
        with pytest.raises(TreeMustHaveTheSize, match="expected the last one of the tree"):
            seal_tree(lease=claimed())
        compared = found()
        # Each place, and of the entries that have none the first hundred.
        assert (compared.difference_count, len(compared.differences)) == (keys.signer.size + 100, 100)

    def test_misses_the_tiles_that_were_removed(self, log: Log, keys: SigningLog) -> None:
        past_the_triggers(log, "DELETE FROM audit_tile WHERE (level, place) = (0, 0)")
        compared = found()
        assert {one.expected for one in compared.differences} == {MISSING}
        # Each leaf of the tile, and the root that it no longer leads to.
        assert compared.difference_count == 257

    def test_finds_the_root_of_a_tree_that_was_hashed_anew_to_be_another(
        self, log: Log, keys: SigningLog
    ) -> None:
        edited(log)
        hashed_anew(log)
        # Who changed the verb in the leaf left the one beside it.
        beside, one = found().differences
        assert (beside.place, beside.expected, beside.got) == (PLACE, "verb: testing.ok", "verb: testing.do")
        assert (one.place, one.expected) == (WHOLE, keys.signer.root.hex())
        append(log.acme)
        with pytest.raises(ConsistencyProofInvalid):
            keys.sign()

    def test_believes_no_checkpoint_that_the_log_did_not_sign(self, log: Log, keys: SigningLog) -> None:
        """Whoever writes a checkpoint of the changed tree into the table has no key for it."""
        edited(log)
        hashed_anew(log)
        past_the_triggers(log, "TRUNCATE audit_checkpoint, audit_cosignature")
        SigningLog().sign()
        one = found().differences[-1]
        assert (one.place, one.expected, one.got) == (
            WHOLE,
            "a checkpoint signed by cortex.example/log",
            "audit.note_must_be_signed",
        )

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("actor = 'user:somebody-else'", "actor: user:somebody-else"),
            ("verb = 'testing.undo'", "verb: testing.undo"),
            ("object_type = 'testing.other'", "object type: testing.other"),
            ("company_id = NULL", "company: None"),
        ],
    )
    def test_names_the_column_that_says_something_else_than_its_leaf(
        self, log: Log, keys: SigningLog, change: str, told: str
    ) -> None:
        leaf = stored_leaves(log.dsn)[PLACE]
        past_the_triggers(log, f"UPDATE audit_entry SET {change} WHERE id = {leaf.entry_id}")
        assert [(one.place, one.got) for one in found().differences] == [(PLACE, told)]

    def test_is_told_where_people_look(self, log: Log, keys: SigningLog) -> None:
        before, _ = edited(log)
        assert probe() == "ok"
        compare_stored_log()
        assert probe() == "degraded"
        petra = sign_in(Client(), create_user(username="petra", is_platform_administrator=True))
        page = petra.get("/admin/audit/auditentry/state/").content.decode()
        assert "Leaves that differ from what was signed" in page
        assert leaf_hash(before).hex() in page
        assert "runbooks/leaves-differ-from-signed-tree.md" in page
        assert LOG_DIFFERENCES._value.get() > 0
        asked = Asked(get(Clock).now(), {"hours": 48})
        assert transactional(lambda: reconciled(asked).status)() is Status.FAIL
        finding = next(one for one in tell_standing(reader=CONSOLE).findings if one.part == "Leaves")
        assert (finding.level, finding.sentence) == (
            "act",
            "Differences between stored leaves and the signed tree: 1.",
        )

    def test_compares_nothing_before_the_first_signed_tree(self, log: Log) -> None:
        assert compare_log(compared_by=SCHEDULER) is None
        assert not transactional(LogComparison.objects.exists)()

    def test_is_the_schedule_s_alone(self, log: Log, keys: SigningLog) -> None:
        with pytest.raises(AccessMustBeGranted):
            compare_log(compared_by=Principal.service("gateway"))
        assert not transactional(LogComparison.objects.exists)()
