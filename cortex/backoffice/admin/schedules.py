# SPDX-License-Identifier: Apache-2.0
"""Schedules: the library's pages, dressed like ours."""

from typing import Any

from django.contrib import admin
from django_celery_beat import admin as library
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.ports.asking import asks

for _model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(_model)


class _TaskSelectWidget(UnfoldAdminSelectWidget, library.TaskSelectWidget):
    """The library's choice of tasks with our borders."""


class PeriodicTaskForm(library.PeriodicTaskForm):
    """The library's form with our borders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Somebody who may only look gets a form without fields.
        for name, widget in (("task", UnfoldAdminTextInputWidget()), ("regtask", _TaskSelectWidget())):
            if name in self.fields:
                self.fields[name].widget = widget


@admin.register(PeriodicTask)
@asks(LOOK_AT_PLATFORM)
class PeriodicTaskAdmin(library.PeriodicTaskAdmin, BoundedModelAdmin):
    """What runs when."""

    form = PeriodicTaskForm
    list_filter = ("enabled", "one_off")
    search_fields = ("name__istartswith",)
    # Tasks are switched one by one, with what they do in sight.
    actions = ()


@admin.register(IntervalSchedule)
@asks(LOOK_AT_PLATFORM)
class IntervalScheduleAdmin(library.IntervalScheduleAdmin, BoundedModelAdmin):
    """Every so often."""


@admin.register(CrontabSchedule)
@asks(LOOK_AT_PLATFORM)
class CrontabScheduleAdmin(library.CrontabScheduleAdmin, BoundedModelAdmin):
    """At certain times."""


@admin.register(SolarSchedule)
@asks(LOOK_AT_PLATFORM)
class SolarScheduleAdmin(library.SolarScheduleAdmin, BoundedModelAdmin):
    """With the sun."""


@admin.register(ClockedSchedule)
@asks(LOOK_AT_PLATFORM)
class ClockedScheduleAdmin(library.ClockedScheduleAdmin, BoundedModelAdmin):
    """Once."""
