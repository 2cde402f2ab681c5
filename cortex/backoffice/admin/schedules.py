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
from cortex.ports.asking import asks_nothing

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
@asks_nothing("platform administrators alone see it: it is of no company, or of all of them")
class PeriodicTaskAdmin(library.PeriodicTaskAdmin, BoundedModelAdmin):
    """What runs when."""

    form = PeriodicTaskForm
    list_filter = ("enabled", "one_off")
    search_fields = ("name__istartswith",)
    # Tasks are switched one by one, with what they do in sight.
    actions = ()


@admin.register(IntervalSchedule)
@asks_nothing("platform administrators alone see it: it is of no company, or of all of them")
class IntervalScheduleAdmin(library.IntervalScheduleAdmin, BoundedModelAdmin):
    """Every so often."""


@admin.register(CrontabSchedule)
@asks_nothing("platform administrators alone see it: it is of no company, or of all of them")
class CrontabScheduleAdmin(library.CrontabScheduleAdmin, BoundedModelAdmin):
    """At certain times."""


@admin.register(SolarSchedule)
@asks_nothing("platform administrators alone see it: it is of no company, or of all of them")
class SolarScheduleAdmin(library.SolarScheduleAdmin, BoundedModelAdmin):
    """With the sun."""


@admin.register(ClockedSchedule)
@asks_nothing("platform administrators alone see it: it is of no company, or of all of them")
class ClockedScheduleAdmin(library.ClockedScheduleAdmin, BoundedModelAdmin):
    """Once."""
