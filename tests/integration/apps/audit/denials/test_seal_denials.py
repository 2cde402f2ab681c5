# SPDX-License-Identifier: Apache-2.0
"""Every denial is sealed once, in the order of commits, however late it commits."""

import hashlib
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from pymerkle import InmemoryTree

from apps.audit.domain.policy_names import SEAL_DENIALS
from apps.audit.services.denials import seal_denials as service
from apps.audit.services.denials.seal_denials import DenialsMustBeSealed, seal_denials
from cortex.canonical_json import canonical_json
from cortex.container.override import override
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from tests.factories.clocks import clock_after
from tests.factories.leaves import watched_leaves
from tests.integration.apps.audit.denials.conftest import SCHEDULER, House, differences, seal, write

SEALS = """
SELECT ordinal, statement, denials FROM audit_denial_seal
 WHERE company_id IS NOT DISTINCT FROM %s ORDER BY ordinal
"""
LEAF = """
SELECT convert_from(e.body, 'UTF8')::jsonb ->> 'digest', encode(sha256(s.statement), 'hex'), e.actor
  FROM audit_entry e JOIN audit_denial_seal s ON s.id = e.object_id
 WHERE e.verb = 'audit.denials.seal' AND e.company_id IS NOT DISTINCT FROM s.company_id
"""
ROWS = """
SELECT json_build_object('id', id, 'company', company_id,
  'decided_at', to_char(decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
  'principal', principal, 'action', action, 'resource_type', resource_type, 'resource_id', resource_id,
  'reason', reason, 'needs', needs, 'policy_ids', policy_ids, 'version', version,
  'packaged_digest', packaged_digest,
  'is_break_glass', is_break_glass, 'question', question::text)
  FROM policy_decision WHERE NOT is_allowed ORDER BY id
"""


def sealed(house: House, company_id: UUID | None) -> list[list[UUID]]:
    """Return the ids in each seal of the company, as they are stored."""
    with psycopg.connect(house.dsn) as admin:
        rows = admin.execute(SEALS, [company_id]).fetchall()
    assert [row[0] for row in rows] == list(range(len(rows)))
    return [[UUID(bytes=row[2][at : at + 16]) for at in range(0, len(row[2]), 48)] for row in rows]


class TestSealDenials:
    def test_counts_each_denial_of_a_company_and_of_all(self, house: House) -> None:
        """The leaf of each refusal is the first in a minute alone."""
        house.refuse(3)
        house.refuse_on_the_platform()
        assert seal() == 3
        assert sealed(house, house.demo.company.id) == [house.denied(company_id=house.demo.company.id)]
        assert [len(each) for each in sealed(house, house.demo.company.id)] == [3]
        assert sealed(house, house.shop) == [[]]
        assert sealed(house, None) == [house.denied()]
        assert len(house.denied()) == 4

    def test_leaves_the_digest_of_its_statement_in_the_log_of_the_company(self, house: House) -> None:
        house.refuse()
        with watched_leaves() as watched:
            seal()
        assert watched.verbs == [SEAL_DENIALS] * 3
        with psycopg.connect(house.dsn) as admin:
            leaves = admin.execute(LEAF).fetchall()
        assert len(leaves) == 3
        assert all(leaf == digest and actor == SCHEDULER.urn for leaf, digest, actor in leaves)

    def test_has_the_root_that_others_compute_from_the_rows(self, house: House) -> None:
        house.refuse(5)
        house.refuse_on_the_platform()
        seal()
        tree = InmemoryTree(algorithm="sha256")
        with psycopg.connect(house.dsn) as admin:
            for (row,) in admin.execute(ROWS).fetchall():
                tree.append_entry(canonical_json(row))
            _, statement, denials = admin.execute(SEALS, [None]).fetchall()[0]
        assert f'"count":6,"former":null,"ordinal":0,"root":"{tree.get_root().hex()}"'.encode() in statement
        assert len(denials) == 6 * 48

    def test_is_silent_where_nothing_was_denied_but_for_one_seal_a_day(self, house: House) -> None:
        seal()
        assert seal() == 0
        with override(Clock, clock_after(timedelta(hours=23))):
            assert seal() == 0
        with override(Clock, clock_after(timedelta(hours=25))):
            assert seal() == 3
        assert differences() == []

    def test_makes_up_for_what_was_missed_and_names_the_seal_before(self, house: House) -> None:
        seal()
        house.refuse(2)
        with override(Clock, clock_after(timedelta(days=9))):
            house.refuse()
            assert seal() == 3
        with psycopg.connect(house.dsn) as admin:
            (_, first, _), (_, second, _) = admin.execute(SEALS, [house.demo.company.id]).fetchall()
        assert f'"former":"{hashlib.sha256(first).hexdigest()}"'.encode() in second
        assert [len(each) for each in sealed(house, house.demo.company.id)] == [0, 3]

    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_goes_on_in_the_same_interval_where_much_was_denied(self, house: House, size: int) -> None:
        house.refuse(5)
        seal(denials_max=size)
        own = sealed(house, house.demo.company.id)
        assert [len(each) for each in own] == {1: [1] * 5, 2: [2, 2, 1], 5: [5]}[size]
        assert [one for each in own for one in each] == house.denied()
        house.refuse()
        seal(denials_max=size)
        assert sorted(one for each in sealed(house, None) for one in each) == house.denied()
        assert differences() == []

    def test_of_one_company_that_fails_keeps_no_other_unsealed(self, house: House) -> None:
        house.refuse()
        with psycopg.connect(house.dsn) as admin:
            admin.execute(f"ALTER TABLE audit_denial_seal ADD CHECK (company_id <> '{house.shop}')")
        result = seal_denials(sealed_by=SCHEDULER)
        assert (result.seal_count, result.failed) == (2, [house.shop])
        with pytest.raises(DenialsMustBeSealed, match=str(house.shop)):
            result.require_whole()

    def test_is_the_schedule_s_alone(self, house: House) -> None:
        with pytest.raises(AccessMustBeGranted):
            seal_denials(sealed_by=Principal.service("gateway"))
        assert sealed(house, None) == []


class TestLateCommits:
    def test_are_in_the_next_seal(self, house: House) -> None:
        """The denial has its id, its time and its transaction before the interval is closed around it."""
        with psycopg.connect(house.dsn) as slow:
            late = write(slow, house.demo.company.id)
            house.refuse(2)
            seal()
            assert late not in house.denied()
            slow.commit()
        assert late == house.denied()[0]
        seal()
        own = sealed(house, house.demo.company.id)
        assert own == [house.denied()[1:], [late]]
        assert sorted(one for each in sealed(house, None) for one in each) == house.denied()
        assert differences() == []

    def test_that_come_to_nothing_are_in_none(self, house: House) -> None:
        with psycopg.connect(house.dsn) as slow:
            write(slow, house.demo.company.id)
            seal()
            slow.rollback()
        house.refuse()
        seal()
        assert sealed(house, None) == [[], house.denied()]
        assert differences() == []

    def test_between_two_parts_of_an_interval_are_in_a_later_one(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house.refuse(3)
        with psycopg.connect(house.dsn) as slow:
            late = write(slow, house.demo.company.id)
            store = service._store

            def commit_behind(*args: object) -> None:
                store(*args)
                slow.commit()

            with monkeypatch.context() as patched:
                patched.setattr(service, "_store", commit_behind)
                seal(denials_max=2)
        seal(denials_max=2)
        assert [one for each in sealed(house, None) for one in each].count(late) == 1
        assert sorted(one for each in sealed(house, house.demo.company.id) for one in each) == house.denied()
        assert differences() == []

    def test_of_many_while_two_rivals_seal_are_each_in_one(self, house: House) -> None:
        """Writers hold their transactions open across seals; nothing is lost and nothing doubled."""
        barrier = Barrier(6)

        def deny() -> None:
            barrier.wait()
            with psycopg.connect(house.dsn) as own:
                for place in range(40):
                    write(own, [house.demo.company.id, house.shop, None][place % 3])
                    if place % 7 == 0:
                        own.commit()

        def rival() -> None:
            barrier.wait()
            for _ in range(15):
                seal(denials_max=25)
            connections.close_all()

        threads = [Thread(target=deny) for _ in range(4)] + [Thread(target=rival) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        seal()
        assert sorted(one for each in sealed(house, None) for one in each) == house.denied()
        assert len(house.denied()) == 160
        for company_id in (house.demo.company.id, house.shop):
            own = [one for each in sealed(house, company_id) for one in each]
            assert sorted(own) == house.denied(company_id=company_id)
        assert differences() == []


class TestAnotherCluster:
    ELSEWHERE = "UPDATE database_cluster SET system_identifier = 1"

    def test_goes_on_with_what_was_not_sealed_in_the_last_one(self, house: House) -> None:
        """Where a dump is restored transaction ids begin anew."""
        house.refuse(2)
        seal()
        house.refuse(2)
        house.past_the_triggers("database_cluster", self.ELSEWHERE)
        house.refuse(3)
        seal()
        house.refuse()
        seal()
        assert [len(each) for each in sealed(house, None)] == [2, 5, 1]
        assert [one for each in sealed(house, None) for one in each] == house.denied()
        assert differences() == []


class TestBeforeTheUpgrade:
    def test_decisions_are_in_the_first_seal(self, house: House) -> None:
        house.refuse(2)
        # As the migration leaves what was decided before it.
        house.past_the_triggers(
            "policy_decision", "UPDATE policy_decision SET recorded_xid = '0', cluster_epoch = 0"
        )
        house.refuse()
        seal()
        assert sealed(house, house.demo.company.id) == [house.denied()]
        assert differences() == []
