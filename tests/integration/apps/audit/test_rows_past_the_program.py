# SPDX-License-Identifier: Apache-2.0
"""What a superuser inserts where the program makes rows itself: without a leaf it is found, never excused."""

import pytest
from django.contrib.auth.hashers import make_password
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from cortex.identity.credentials import OBJECT_TYPE as CREDENTIALS
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import LINK, issue_one_time_sign_in
from cortex.identity.password_change import change_password
from cortex.ids import uuid7
from cortex.jobs.switch_schedule import OBJECT_TYPE as SCHEDULE
from cortex.jobs.switch_schedule import schedule_in_log
from cortex.policy.active import ACTIVE, active_engine
from cortex.policy.in_force import IN_FORCE, IN_FORCE_ID
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.keys.publishing import believed_keys
from cortex.programs.keys.ring import SigningKeys, publish_at_first
from cortex.programs.keys.trail import SIGNING_KEY
from cortex.programs.models import SigningKey
from tests.factories.chain import change_row, changes_in, found_of, night, rows, tamper
from tests.factories.people import create_user, just_signed_in
from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.test_broken_state import look
from tests.integration.cortex.policy_versions.people import administrators, drafted
from tests.integration.cortex.test_before_digests import in_force

# As a release before wrote it: nothing of before, and no digest where the verb had none to say.
OLDER = (
    "UPDATE audit_entry SET body = convert_to((convert_from(body, 'UTF8')::jsonb - 'new' - 'before')::text,"
    " 'UTF8') WHERE "
)
ACTIVATED = (
    "INSERT INTO policy_activation (version_id, reason, activated_by, activated_at)"
    " VALUES (%s, '', 'user:mallory', now())"
)
OWN_KEY = (
    "INSERT INTO programs_signing_key (id, kid, keeper, key_id, version, public_key, published_at,"
    " retired_at, is_told)"
    " VALUES (%s, 'z6_T9PGD43d-7Fjto3unN-F7ngwLkVx8NEgyNcboyDQ', 'local', 'cortex-tokens', 9,"
    " decode(repeat('ab', 32), 'hex'), now(), now(), true)"
)
PASSWORD = "a password of another"


def earlier() -> int:
    found = night()
    assert found.difference_count == 0
    assert found.platform is not None
    return found.platform.earlier_count


class TestLinksThatSignIn:
    LINK = (
        "INSERT INTO identity_one_time_sign_in (id, user_id, digest, purpose, created_at, expires_at)"
        " VALUES (gen_random_uuid(), %s, sha256('mallory'), 'sign_in', now(), now() + %s::interval)"
    )

    def test_are_found_where_the_program_issued_none(self, committed_database: Clone) -> None:
        anna = create_user(username="anna")
        issue_one_time_sign_in(user=anna, at=get(Clock).now())
        assert found_of(LINK) == []
        change_row(committed_database, self.LINK, anna.id, "1 hour")
        assert len(found_of(LINK)) == 1

    def test_are_counted_once_they_are_worth_nothing(self, committed_database: Clone) -> None:
        anna, before = create_user(username="anna"), earlier()
        change_row(committed_database, self.LINK, anna.id, "-1 hour")
        assert earlier() == before + 1


class TestPoliciesThatCameIntoForce:
    def test_at_first_are_found_by_night_by_the_probes_and_by_the_next_leaf(
        self, committed_database: Clone
    ) -> None:
        people = administrators()
        version = drafted(people.alice)
        assert found_of(IN_FORCE) == []
        assert [look(name).status for name in ("policy.approved_by_two", "policy.text_intact")] == [
            "pass"
        ] * 2
        change_row(committed_database, ACTIVATED, version.id)
        ACTIVE.look_again()
        assert active_engine().version == version.number
        assert found_of(IN_FORCE) == [IN_FORCE_ID]
        assert [look(name).status for name in ("policy.approved_by_two", "policy.text_intact")] == [
            "fail"
        ] * 2
        in_force(people, "// Another\n")
        (gap,) = [each for each in changes_in(committed_database)[0].gaps if each.startswith(IN_FORCE)]
        assert " was changed between leaf " in gap

    def test_under_an_earlier_release_are_counted(self, committed_database: Clone) -> None:
        people = administrators()
        in_force(people)
        tamper(
            committed_database, "audit_entry", "DELETE FROM audit_entry WHERE object_type = 'policy.in_force'"
        )
        assert found_of(IN_FORCE) == [IN_FORCE_ID]
        tamper(committed_database, "audit_entry", OLDER + "object_type = 'policy.version'")
        assert found_of(IN_FORCE) == []


class TestSigningKey:
    def test_has_a_leaf_from_the_beginning(self, committed_database: Clone) -> None:
        (key,) = SigningKey.objects.all()
        leaf = "SELECT verb, actor FROM audit_entry WHERE object_id = %s"
        assert rows(committed_database, leaf, key.id) == [
            ("programs.signing_key.published", "service:programs")
        ]
        publish_at_first()
        assert len(rows(committed_database, leaf, key.id)) == 1

    def test_that_was_inserted_is_found(self, committed_database: Clone) -> None:
        assert found_of(SIGNING_KEY) == []
        change_row(committed_database, OWN_KEY, mine := uuid7())
        assert found_of(SIGNING_KEY) == [mine]

    def test_that_was_exchanged_is_found_and_not_believed(self, committed_database: Clone) -> None:
        (key,) = SigningKey.objects.all()
        assert [each.kid for each in believed_keys(now=get(Clock).now())] == [key.kid]
        change_row(
            committed_database,
            "UPDATE programs_signing_key SET public_key = decode(repeat('ab', 32), 'hex')",
        )
        assert found_of(SIGNING_KEY) == [key.id]
        assert believed_keys(now=get(Clock).now()) == []

    def test_from_before_has_its_leaf_once_its_keeper_shows_it(self, committed_database: Clone) -> None:
        (key,) = SigningKey.objects.all()
        about = f"DELETE FROM audit_entry WHERE object_type = '{SIGNING_KEY}'"
        tamper(committed_database, "audit_entry", about)
        change_row(committed_database, "UPDATE programs_signing_key SET is_told = false")
        assert found_of(SIGNING_KEY) == [key.id]
        get(SigningKeys).forget()
        get(SigningKeys).sign(claims={}, typ="JWT")
        assert found_of(SIGNING_KEY) == []

    def test_from_before_whose_tokens_are_over_is_counted(self, committed_database: Clone) -> None:
        before = earlier()
        change_row(committed_database, OWN_KEY, uuid7())
        change_row(
            committed_database,
            "UPDATE programs_signing_key SET retired_at = now() - interval '1 day' WHERE version = 9",
        )
        assert earlier() == before + 1


class TestCredentials:
    @pytest.mark.parametrize("kind", [User.Kind.PERSON, User.Kind.SERVICE])
    def test_that_were_given_to_somebody_without_any_are_found(
        self, committed_database: Clone, kind: User.Kind
    ) -> None:
        user = create_user(username="erin", kind=kind)
        assert found_of(CREDENTIALS) == []
        change_row(committed_database, "UPDATE identity_user SET password = %s", make_password(PASSWORD))
        assert found_of(CREDENTIALS) == [user.id]
        user.refresh_from_db()
        change_password(
            user=user, password="horse staple battery", actor=just_signed_in(user), session_key=None
        )
        assert found_of(CREDENTIALS) == []
        (gap,) = changes_in(committed_database)[0].gaps
        assert gap.startswith(f"identity.credentials {user.id} was made between leaf ")

    def test_of_people_of_earlier_releases_are_counted_with_and_without(
        self, committed_database: Clone
    ) -> None:
        create_user(username="erin", password=PASSWORD)
        create_user(username="frank")
        assert earlier() == 0
        about = f"DELETE FROM audit_entry WHERE object_type = '{CREDENTIALS}'"
        tamper(committed_database, "audit_entry", about)
        tamper(committed_database, "audit_entry", OLDER + "verb = 'identity.user.created'")
        # Two people, and of each what they are and what they sign in by.
        assert earlier() == 4
        change_row(committed_database, "UPDATE identity_user SET password = '!'")
        assert earlier() == 4

    def test_leave_older_leaves_that_say_nothing_of_a_person(self, committed_database: Clone) -> None:
        """Before they were an object, a change of theirs was told as one of the person, without a digest."""
        user = create_user(username="erin", password=PASSWORD)
        tamper(
            committed_database,
            "audit_entry",
            "UPDATE audit_entry SET object_type = 'identity.user', body = convert_to(((convert_from(body,"
            " 'UTF8')::jsonb - 'new') || '{\"digest\": null}')::text, 'UTF8') WHERE object_type = %s",
            CREDENTIALS,
        )
        change_row(committed_database, "UPDATE identity_user SET is_superuser = true")
        assert found_of("identity.user") == [user.id]


class TestSchedules:
    def test_that_are_off_or_another_program_s_are_found_where_no_verb_says_so(
        self, committed_database: Clone
    ) -> None:
        every = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
        for name in ("take-up-abandoned-jobs", "seal-denials"):
            PeriodicTask.objects.create(name=name, task="cortex.jobs.take_up_abandoned", interval=every)
        assert found_of(SCHEDULE) == [schedule_in_log(name="seal-denials")]
        change_row(
            committed_database, "DELETE FROM django_celery_beat_periodictask WHERE name = 'seal-denials'"
        )
        assert found_of(SCHEDULE) == []
        change_row(committed_database, "UPDATE django_celery_beat_periodictask SET enabled = false")
        assert found_of(SCHEDULE) == [schedule_in_log(name="take-up-abandoned-jobs")]
