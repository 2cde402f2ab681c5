# SPDX-License-Identifier: Apache-2.0
"""Schedules: the program says what runs when; here a task is switched off and on again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.utils.safestring import SafeString
from django_celery_beat import admin as library  # noqa: F401 - importing it registered its pages
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformModelAdmin, PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, RowVerb
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.jobs.actions import SWITCH_SCHEDULE
from cortex.jobs.switch_schedule import is_declared, schedule_in_log
from cortex.jobs.waiting_verbs import switch_schedule_or_wait
from cortex.ports.principal import Principal

for _model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(_model)


def _enable(task: PeriodicTask, principal: Principal, given: Mapping[str, Any]) -> Done:
    switch_schedule_or_wait(name=task.name, is_enabled=True, switched_by=principal)
    return Done(f"{task.name} runs again.")


def _disable(task: PeriodicTask, principal: Principal, given: Mapping[str, Any]) -> Done:
    switch_schedule_or_wait(name=task.name, is_enabled=False, switched_by=principal)
    return Done(f"{task.name} no longer runs.")


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(PlatformVerbsModelAdmin):
    """What runs when. Task, time and arguments are the program's: a row by hand would be code by hand."""

    policy_action = LOOK_AT_PLATFORM
    list_display = ("name", "task", "state", "interval", "last_run_at")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name__istartswith",)
    ordering = ("name",)
    fields = (
        "name",
        "task",
        "state",
        "interval",
        "crontab",
        "args",
        "kwargs",
        "queue",
        "expire_seconds",
        "last_run_at",
        "total_run_count",
        "date_changed",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "enable",
            "Switch on",
            "The task runs at its times again.",
            SWITCH_SCHEDULE,
            _enable,
            applies=lambda task: not task.enabled and is_declared(task),
        ),
        RowVerb(
            "disable",
            "Switch off",
            "The task is started no more until it is switched on. What it does, such as sending mail or "
            "ending emergency access, is left undone meanwhile.",
            SWITCH_SCHEDULE,
            _disable,
            applies=lambda task: task.enabled,
        ),
    )

    def object_in_log(self, row: PeriodicTask) -> UUID:
        """Return the id that is made of the entry's name."""
        return schedule_in_log(name=row.name)

    @admin.display(description="state")
    def state(self, task: PeriodicTask) -> SafeString:
        """Return whether it runs, and whether the program knows it."""
        if not is_declared(task):
            return mark("not the program's", kind="bad")
        return mark("on", kind="good") if task.enabled else mark("off", kind="warn")


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(PlatformModelAdmin):
    """Every so often."""

    policy_action = LOOK_AT_PLATFORM
    fields = ("every", "period")
    readonly_fields = fields


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(PlatformModelAdmin):
    """At certain times."""

    policy_action = LOOK_AT_PLATFORM
    list_display = ("__str__", "human_readable")
    fields = ("human_readable", "timezone")
    readonly_fields = fields


@admin.register(SolarSchedule)
class SolarScheduleAdmin(PlatformModelAdmin):
    """With the sun."""

    policy_action = LOOK_AT_PLATFORM
    fields = ("event", "latitude", "longitude")
    readonly_fields = fields


@admin.register(ClockedSchedule)
class ClockedScheduleAdmin(PlatformModelAdmin):
    """Once."""

    policy_action = LOOK_AT_PLATFORM
    fields = ("clocked_time",)
    readonly_fields = fields
