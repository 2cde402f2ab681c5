# SPDX-License-Identifier: Apache-2.0
"""Keys that sign tokens, what people allow programs, and schedules: each leaf follows the one before it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.audit.domain.verb_kinds import CHANGES, CREATES
from cortex.container.override import override
from cortex.identity.models import User
from cortex.jobs.switch_schedule import schedule_in_log, switch_schedule
from cortex.ports.key_management import KeyManagement
from cortex.programs.clients.revoke_tokens import end_authorization
from cortex.programs.keys.rotate_key import rotate_key, withdraw_key
from cortex.programs.models import Authorization, SigningKey
from cortex.secrets.keyring.local import LocalKeyManagement
from tests.factories.chain import change_row, changes_in
from tests.factories.people import CONSOLE, cast, just_signed_in
from tests.factories.programs import Web
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.programs.test_keys import Drawer

SCHEDULE, TASK = "take-up-abandoned-jobs", "cortex.jobs.take_up_abandoned"


def chained(clone: Clone) -> set[str]:
    """Return the verbs that made or changed something, whose leaves all follow one another."""
    changes, verbs = changes_in(clone)
    assert changes.gaps == []
    assert changes.followed
    assert verbs <= CREATES | CHANGES
    return verbs


def scheduled() -> None:
    """Write the entry that the schedule would write at its start."""
    every = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name=SCHEDULE, task=TASK, interval=every)


@pytest.fixture
def keeper(committed_database: Clone) -> Iterator[LocalKeyManagement]:
    keys = LocalKeyManagement(Drawer())
    SigningKey.objects.all().delete()
    with override(KeyManagement, keys):
        yield keys


@pytest.fixture
def alice(committed_database: Clone) -> User:
    return cast().alice


class TestChain:
    def test_of_keys_that_sign_tokens(self, committed_database: Clone, keeper: LocalKeyManagement) -> None:
        first, second = rotate_key(rotated_by=CONSOLE), rotate_key(rotated_by=CONSOLE)
        for kid in (first, second):
            withdraw_key(kid=kid, withdrawn_by=CONSOLE)
        names = ("published", "withdrawn")
        assert chained(committed_database) >= {f"programs.signing_key.{name}" for name in names}

    def test_breaks_where_a_withdrawn_key_was_brought_back(
        self, committed_database: Clone, keeper: LocalKeyManagement
    ) -> None:
        kid = rotate_key(rotated_by=CONSOLE)
        rotate_key(rotated_by=CONSOLE)
        withdraw_key(kid=kid, withdrawn_by=CONSOLE)
        change_row(committed_database, "UPDATE programs_signing_key SET withdrawn_at = NULL")
        withdraw_key(kid=kid, withdrawn_by=CONSOLE)
        (found,) = changes_in(committed_database)[0].gaps
        assert found.startswith("programs.signing_key ")

    def test_of_what_people_allow_programs(self, committed_database: Clone, alice: User) -> None:
        web, browser = Web(), sign_in(Client(), alice, methods=("pwd", "otp"))
        code = web.code_from(browser)
        assert web.exchange(code).status_code == 200
        assert web.exchange(code).status_code == 400
        first = web.tokens_from(browser)
        refreshed = web.refresh(first["refresh_token"]).json()
        web.http.post(
            "/o/revoke_token/",
            {"client_id": "web", "client_secret": web.secret, "token": refreshed["refresh_token"]},
        )
        spent = web.tokens_from(browser)["refresh_token"]
        web.refresh(spent)
        web.refresh(spent)
        web.tokens_from(browser)
        (open_one,) = Authorization.objects.filter(ended_at__isnull=True)
        end_authorization(authorization_id=open_one.id, ended_by=just_signed_in(alice))
        ends = ("replayed_code", "revoked", "replayed_refresh_token", "withdrawn")
        told = {"programs.authorization.granted", *(f"programs.authorization.ended_{end}" for end in ends)}
        assert chained(committed_database) >= told

    def test_breaks_where_a_yes_was_stretched(self, committed_database: Clone, alice: User) -> None:
        Web().tokens_from(sign_in(Client(), alice, methods=("pwd", "otp")))
        (given,) = Authorization.objects.all()
        change_row(
            committed_database, "UPDATE programs_authorization SET scopes = scopes || '{accounting:write}'"
        )
        end_authorization(authorization_id=given.id, ended_by=just_signed_in(alice))
        (found,) = changes_in(committed_database)[0].gaps
        assert found.startswith(f"programs.authorization {given.id} was changed between leaf ")

    def test_of_schedules(self, committed_database: Clone) -> None:
        scheduled()
        for is_enabled in (False, False, True):
            switch_schedule(name=SCHEDULE, is_enabled=is_enabled, switched_by=CONSOLE)
        names = ("switched_on", "switched_off")
        assert chained(committed_database) >= {f"jobs.schedule.{name}" for name in names}

    def test_breaks_where_a_schedule_was_switched_off_by_hand(self, committed_database: Clone) -> None:
        scheduled()
        switch_schedule(name=SCHEDULE, is_enabled=True, switched_by=CONSOLE)
        change_row(committed_database, "UPDATE django_celery_beat_periodictask SET enabled = false")
        switch_schedule(name=SCHEDULE, is_enabled=True, switched_by=CONSOLE)
        (found,) = changes_in(committed_database)[0].gaps
        assert found.startswith(f"jobs.schedule {schedule_in_log(name=SCHEDULE)} was changed between leaf ")
