# SPDX-License-Identifier: Apache-2.0
"""Emergency access opens a company to one person for a while; every forbid still wins, and all hear of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from cortex.break_glass.errors import (
    EmergencyAccessMustBeOpen,
    EmergencyAccessMustBeTheOnlyOne,
    EmergencyAccessMustBeWellFormed,
    EmergencyAccessMustWaitForReview,
    HolderMustBeAPerson,
)
from cortex.break_glass.open_access import open_access
from cortex.break_glass.record_expired import record_all_expired
from cortex.break_glass.stored import StoredEmergencyAccess
from cortex.database.transactions import attempt, transactional
from cortex.mail.models import OutgoingMail
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from cortex.tenancy.models import Company
from tests.factories.people import create_company
from tests.integration.cortex.break_glass.emergency import LOCK, POST, READ, REASON, Emergency
from tests.integration.cortex.events.publishing import audited, published_envelopes

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def events(given: Emergency) -> list[bytes]:
    with scope([given.company_id]):
        return [each for each in transactional(published_envelopes)() if b"break_glass.access" in each]


class TestOpening:
    def test_opens_the_company_to_whoever_belongs_to_none(self, given: Emergency) -> None:
        assert not given.may("root")
        access = given.open("root")
        assert given.may("root", READ)
        assert given.may("root", POST)
        assert given.may("root", "identity.membership.grant")
        assert given.may("root", "events.delivery.replay")
        assert (access.reason, access.expires_at - access.opened_at) == (REASON, HOUR)

    def test_leaves_what_nobody_listed_closed(self, given: Emergency) -> None:
        given.open("root")
        for action in (LOCK, "approvals.limit.change", "accounting.ledger.create"):
            assert not given.may("root", action)

    def test_opens_to_members_what_their_role_does_not(self, given: Emergency) -> None:
        assert not given.may("dora", POST)
        given.open("dora")
        assert given.may("dora", POST)

    def test_opens_to_nobody_else_and_nothing_else(self, given: Emergency) -> None:
        given.open("root")
        other = create_company(code="OTHER", name="Other")
        assert not given.may("root", READ, other.id)
        assert not given.may("charlie", READ)
        assert not given.may("vera", POST)

    def test_is_for_roles_that_answer_for_the_company(self, given: Emergency) -> None:
        for name in ("bob", "vera", "charlie"):
            with pytest.raises(AccessMustBeGranted):
                given.open(name)
        assert given.rows() == []

    def test_needs_a_fresh_sign_in(self, given: Emergency) -> None:
        for name in ("alice", "root"):
            with pytest.raises(StepUpMustComeFirst):
                given.open(name, minutes_ago=11)
        assert given.rows() == []

    @pytest.mark.parametrize(
        ("reason", "lasts"),
        [
            ("too short", HOUR),
            ("x" * 501, HOUR),
            ("two lines of\nreason", HOUR),
            ("   padded     ", HOUR),
            (REASON, 4 * HOUR + SECOND),
            (REASON, timedelta(0)),
        ],
    )
    def test_asks_for_a_reason_and_a_bounded_time(
        self, given: Emergency, reason: str, lasts: timedelta
    ) -> None:
        with pytest.raises(EmergencyAccessMustBeWellFormed):
            given.open("alice", reason=reason, lasts=lasts)
        assert given.rows() == []

    def test_is_one_at_a_time(self, given: Emergency) -> None:
        access = given.open("alice")
        with pytest.raises(EmergencyAccessMustBeTheOnlyOne):
            given.open("alice")
        given.end(access, by="alice")
        given.open("alice")
        assert len(given.rows()) == 2

    def test_is_never_a_programs_nor_the_machines(self, given: Emergency) -> None:
        alice = given.people["alice"]
        scopes = frozenset({"break_glass:write", "accounting:write", "accounting:read"})
        client = Principal(kind="client", id="shop", user_id=alice.id, scopes=scopes, acts_for_person=True)
        token = Principal(
            kind="user",
            id=str(alice.id),
            user_id=alice.id,
            scopes=scopes,
            authentication=given.who("alice").authentication,
        )
        for principal, refusal in (
            (client, AccessMustBeGranted),
            (token, AccessMustBeGranted),
            (Principal.service("console"), HolderMustBeAPerson),
            (Principal.service("scheduler"), AccessMustBeGranted),
        ):
            with scope([given.company_id]), pytest.raises(refusal):
                open_access(company_id=given.company_id, reason=REASON, opened_by=principal)
        assert given.rows() == []

    def test_opens_nothing_to_the_tokens_of_its_person(self, given: Emergency) -> None:
        given.open("root")
        root = given.people["root"]
        scopes = frozenset({"accounting:read", "accounting:write"})
        for kind in ("user", "client"):
            token = Principal(kind=kind, id=str(root.id), user_id=root.id, scopes=scopes)  # type: ignore[arg-type]
            assert not given.decide(token, READ).is_allowed


class TestForbids:
    def test_win_in_a_suspended_company(self, given: Emergency) -> None:
        given.open("root")
        with scope([given.company_id]):
            Company.objects.filter(id=given.company_id).update(status="suspended")
        assert given.may("root", READ)
        assert not given.may("root", POST)

    def test_win_over_an_auditor(self, given: Emergency) -> None:
        assert not given.may("bob", POST)
        with connection.cursor() as cursor, scope([given.company_id]):
            cursor.execute(
                "INSERT INTO break_glass_access (id, company_id, user_id, reason, opened_at, expires_at)"
                " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s)",
                [
                    given.company_id,
                    given.people["bob"].id,
                    REASON,
                    given.clock.at,
                    given.clock.at + HOUR,
                ],
            )
        assert not given.may("bob", POST)

    def test_win_long_after_signing_in(self, given: Emergency) -> None:
        given.open("root")
        late = given.who("root", minutes_ago=11)
        assert given.decide(late, "identity.membership.grant").needs == {"step_up"}


class TestTime:
    def test_is_over_to_the_second(self, given: Emergency) -> None:
        given.open("root")
        given.clock.at += HOUR - SECOND
        assert given.may("root")
        given.clock.at += SECOND
        assert not given.may("root")
        assert given.rows()[0].ended_at is None

    def test_is_over_for_what_was_read_before(self, given: Emergency) -> None:
        access = given.open("root")
        stored, root = StoredEmergencyAccess(), given.people["root"].id
        assert [each.id for each in stored.opened_by(user_id=root)] == [access.id]
        given.clock.at += HOUR
        assert stored.opened_by(user_id=root) == []

    def test_lets_the_next_one_begin(self, given: Emergency) -> None:
        first = given.open("root")
        given.clock.at += 2 * HOUR
        given.open("root")
        ended = next(each for each in given.rows() if each.id == first.id)
        assert (ended.ended_at, ended.ended_by) == (first.expires_at, "service:scheduler")
        assert audited(given.company_id, "break_glass.access.expire") == 1
        assert given.may("root")


class TestDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            "expires_at = expires_at + interval '1 hour'",
            "opened_at = opened_at + interval '1 hour'",
            "reason = 'another reason'",
            "user_id = (SELECT id FROM identity_user WHERE username = 'charlie')",
        ],
    )
    def test_keeps_it_as_it_was_opened(self, given: Emergency, change: str) -> None:
        access = given.open("root")
        with scope([given.company_id]), connection.cursor() as cursor, pytest.raises(DatabaseError):
            attempt(lambda: cursor.execute(f"UPDATE break_glass_access SET {change}"))
        assert given.rows() == [access]
        assert given.rows()[0].expires_at == access.expires_at

    def test_ends_it_once(self, given: Emergency) -> None:
        access = given.end(given.open("root"), by="alice")
        for change in ("ended_at = NULL, ended_by = ''", "ended_by = 'user:another'"):
            with (
                scope([given.company_id]),
                connection.cursor() as cursor,
                pytest.raises(DatabaseError, match="stays as it was opened"),
            ):
                attempt(
                    lambda cursor=cursor, change=change: cursor.execute(
                        f"UPDATE break_glass_access SET {change}"
                    )
                )
        assert given.rows()[0].ended_at == access.ended_at

    def test_takes_none_of_more_than_four_hours(self, given: Emergency) -> None:
        with (
            scope([given.company_id]),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="break_glass_four_hours"),
        ):
            attempt(
                lambda: cursor.execute(
                    "INSERT INTO break_glass_access (id, company_id, user_id, reason, opened_at, expires_at)"
                    " SELECT gen_random_uuid(), %s, %s, %s, now(), now() + interval '241 minutes'",
                    [given.company_id, given.people["root"].id, REASON],
                )
            )

    def test_lets_nobody_review_their_own(self, given: Emergency) -> None:
        access = given.end(given.open("alice"), by="alice")
        with (
            scope([given.company_id]),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="break_glass_reviewed_by_another"),
        ):
            attempt(
                lambda: cursor.execute(
                    "UPDATE break_glass_access SET reviewed_at = now(), review_comment = 'Fine.',"
                    " reviewed_by = %s",
                    [access.holder],
                )
            )


class TestAlarm:
    def test_is_mailed_to_all_who_answer_for_the_company_and_the_platform(self, given: Emergency) -> None:
        given.open("root")
        with scope([given.company_id]):
            mails = transactional(lambda: list(OutgoingMail.objects.select_related("recipient")))()
        assert {mail.recipient.username for mail in mails} == {"alice", "dora", "root"}
        assert {mail.subject for mail in mails} == {"DEMO: emergency access was opened"}
        assert REASON in mails[0].body
        assert "/books/DEMO/emergency-access/" in mails[0].body

    def test_stands_in_the_log_the_metrics_the_audit_log_and_the_events(self, given: Emergency) -> None:
        before = REGISTRY.get_sample_value("cortex_emergency_access_opened_total") or 0
        with capture_logs() as logs:
            access = given.open("root")
        line = next(each for each in logs if each["event"] == "emergency_access_opened")
        assert (line["log_level"], line["access"]) == ("warning", str(access.id))
        assert REGISTRY.get_sample_value("cortex_emergency_access_opened_total") == before + 1
        assert audited(given.company_id, "break_glass.access.open") == 1
        given.end(access, by="alice")
        assert audited(given.company_id, "break_glass.access.end") == 1
        kinds = [name for name in ("opened", "ended") for each in events(given) if name.encode() in each]
        assert sorted(set(kinds)) == ["ended", "opened"]
        assert not any(REASON.encode() in each for each in events(given))


class TestEnding:
    @pytest.mark.parametrize("name", ["root", "alice", "dora"])
    def test_is_for_its_person_and_all_who_may_open_one(self, given: Emergency, name: str) -> None:
        access = given.end(given.open("root"), by=name)
        assert access.ended_by == f"user:{given.people[name].id}"
        assert not given.may("root")

    def test_by_the_platform_needs_no_membership(self, given: Emergency) -> None:
        access = given.end(given.open("alice"), by="root")
        assert access.ended_by == f"user:{given.people['root'].id}"
        assert not access.is_open(at=given.clock.at)

    @pytest.mark.parametrize("name", ["bob", "vera", "charlie"])
    def test_is_refused_to_others(self, given: Emergency, name: str) -> None:
        access = given.open("root")
        with pytest.raises(AccessMustBeGranted):
            given.end(access, by=name)
        assert given.may("root")

    def test_comes_once_and_in_time(self, given: Emergency) -> None:
        access = given.open("alice")
        given.end(access, by="alice")
        with pytest.raises(EmergencyAccessMustBeOpen):
            given.end(access, by="dora")
        later = given.open("alice")
        given.clock.at += HOUR
        with pytest.raises(EmergencyAccessMustBeOpen):
            given.end(later, by="alice")


class TestReview:
    def test_is_written_down_once_by_somebody_else(self, given: Emergency) -> None:
        access = given.open("alice")
        with pytest.raises(EmergencyAccessMustWaitForReview):
            given.review(access, by="dora")
        given.end(access, by="alice")
        with pytest.raises(AccessMustBeGranted):
            given.review(access, by="alice")
        reviewed = given.review(access, by="dora", comment="Two entries, both right.")
        assert (reviewed.reviewed_by, reviewed.review_comment) == (
            f"user:{given.people['dora'].id}",
            "Two entries, both right.",
        )
        with pytest.raises(EmergencyAccessMustWaitForReview):
            given.review(access, by="root")
        assert audited(given.company_id, "break_glass.access.review") == 1

    def test_of_what_ended_by_itself_writes_its_end_down(self, given: Emergency) -> None:
        access = given.open("root")
        given.clock.at += HOUR
        reviewed = given.review(access, by="alice")
        assert reviewed.ended_at == access.expires_at

    def test_is_refused_to_the_platform_administrator_who_had_it(self, given: Emergency) -> None:
        access = given.end(given.open("root"), by="root")
        with pytest.raises(AccessMustBeGranted):
            given.review(access, by="root")


class TestSchedule:
    def test_writes_down_what_is_over(self, real: Emergency) -> None:
        access = real.open("root")
        assert record_all_expired(at=real.clock.at) == 0
        assert record_all_expired(at=access.expires_at) == 1
        assert record_all_expired(at=access.expires_at) == 0
        assert real.rows()[0].ended_at == access.expires_at
