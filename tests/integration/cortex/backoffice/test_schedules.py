# SPDX-License-Identifier: Apache-2.0
"""The schedule in the administration: the program's own entries, switched by verbs that leave leaves."""

from datetime import timedelta

import pytest
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from cortex import clock
from tests.factories.leaves import watched_leaves
from tests.factories.people import cast
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

pytestmark = pytest.mark.django_db
LIST = "/admin/django_celery_beat/periodictask/"
NAME, TASK = "take-up-abandoned-jobs", "cortex.jobs.take_up_abandoned"


def entry(name: str = NAME, task: str = TASK, **more: object) -> PeriodicTask:
    every = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
    return PeriodicTask.objects.create(name=name, task=task, interval=every, **more)


@pytest.fixture
def paula() -> Client:
    return sign_in(Client(), platform_administrator("paula"))


class TestSchedule:
    def test_is_switched_off_and_on_with_a_leaf_for_each(self, paula: Client) -> None:
        task = entry()
        with watched_leaves() as log:
            assert paula.post(f"{LIST}{task.pk}/disable/").status_code == 302
            assert not PeriodicTask.objects.get(pk=task.pk).enabled
            assert paula.post(f"{LIST}{task.pk}/enable/").status_code == 302
        assert PeriodicTask.objects.get(pk=task.pk).enabled
        assert log.verbs == ["jobs.schedule.switched_off", "jobs.schedule.switched_on"]

    def test_is_switched_after_a_fresh_sign_in_only(self) -> None:
        task = entry()
        stale = sign_in(Client(), platform_administrator("paula"), at=clock.now() - timedelta(minutes=90))
        with watched_leaves() as log:
            answer = stale.post(f"{LIST}{task.pk}/disable/")
        assert answer.headers["Location"].startswith("/accounts/confirm/")
        assert PeriodicTask.objects.get(pk=task.pk).enabled
        assert [each for each in log.verbs if each.startswith("jobs.")] == []

    def test_is_nobody_elses_to_switch(self) -> None:
        task, people = entry(), cast()
        for user in (people.alice, people.bob, people.charlie):
            assert staff(user).post(f"{LIST}{task.pk}/disable/").status_code in (403, 404)
        assert PeriodicTask.objects.get(pk=task.pk).enabled

    def test_is_neither_added_to_nor_changed_nor_deleted_by_hand(self, paula: Client) -> None:
        task = entry()
        form = {"name": "mine", "regtask": "cortex.jobs.run", "args": '["a"]', "kwargs": "{}", "post": "yes"}
        for where in ("add/", f"{task.pk}/change/", f"{task.pk}/delete/"):
            assert paula.post(f"{LIST}{where}", form).status_code == 403, where
        for kind in ("interval", "crontab", "solar", "clocked"):
            assert (
                paula.post(f"/admin/django_celery_beat/{kind}schedule/add/", {"every": 1}).status_code == 403
            )
        assert list(PeriodicTask.objects.values_list("name", "task", "args")) == [(NAME, TASK, "[]")]

    @pytest.mark.parametrize(
        "planted",
        [{"name": "mine"}, {"task": "cortex.jobs.run"}, {"args": '["a"]'}, {"kwargs": '{"a": 1}'}],
    )
    def test_that_is_not_the_programs_is_shown_and_not_switched_on(
        self, paula: Client, planted: dict[str, str]
    ) -> None:
        task = entry(enabled=False, **planted)
        assert "not the program's" in page(paula.get(LIST))
        assert paula.post(f"{LIST}{task.pk}/enable/").status_code == 403
        assert not PeriodicTask.objects.get(pk=task.pk).enabled
