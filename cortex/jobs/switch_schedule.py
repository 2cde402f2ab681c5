# SPDX-License-Identifier: Apache-2.0
"""Switch what the schedule runs: tasks that the program declares, with the arguments that it declares."""

import json
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.errors import Conflict, NotFound
from cortex.jobs.actions import SWITCH_SCHEDULE
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE = "jobs.schedule"
# Celery's own entry, which its scheduler adds to those of the program.
CLEAN_UP: dict[str, dict[str, Any]] = {"celery.backend_cleanup": {"task": "celery.backend_cleanup"}}


class ScheduledTaskMustExist(NotFound):
    """The schedule has no entry of this name."""

    code = "jobs.scheduled_task_must_exist"


class ScheduledTaskMustBeDeclared(Conflict):
    """The program does not declare this entry: it runs a task, or with arguments, of somebody else."""

    code = "jobs.scheduled_task_must_be_declared"


def is_declared(entry: Any) -> bool:
    """Return whether the program declares the entry, with this task and these arguments."""
    declared: dict[str, Any] | None = {**CLEAN_UP, **settings.CELERY_BEAT_SCHEDULE}.get(entry.name)
    if declared is None:
        return False
    arguments = [json.loads(entry.args or "[]"), json.loads(entry.kwargs or "{}")]
    expected = [list(declared.get("args", ())), dict(declared.get("kwargs", {}))]
    return bool(entry.task == declared["task"] and arguments == expected)


def is_as_shipped(entry: Any) -> bool:
    """Return whether the entry is one of the program, switched on: so it is until a verb switches it off."""
    return bool(entry.enabled) and is_declared(entry)


def schedule_in_log(*, name: str) -> UUID:
    """Return the id under which leaves name the entry: it is known by name, one for ever."""
    return uuid5(NAMESPACE_URL, f"cortex:schedule:{name}")


@transactional
def switch_schedule(*, name: str, is_enabled: bool, switched_by: Principal) -> None:
    """Let the schedule start the task again, or no more; what is not the program's is switched off only.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ScheduledTaskMustExist, ScheduledTaskMustBeDeclared.
    """
    get(Authorizer).require(principal=switched_by, action=SWITCH_SCHEDULE, company_id=None)
    entry = PeriodicTask.objects.select_for_update(of=("self",)).filter(name=name).first()
    if entry is None:
        raise ScheduledTaskMustExist(
            f"Schedule {name[:200]}: expected an entry of this name, got none.",
            evidence={"object": "schedule", "got": name[:200]},
        )
    if is_enabled and not is_declared(entry):
        raise ScheduledTaskMustBeDeclared(
            f"Schedule {name[:200]}: expected an entry of the program, got one with another task or "
            "arguments. Leave it off, and find out who wrote it.",
            evidence={"object": "schedule", "got": entry.task, "remedy": "leave it off"},
        )
    PeriodicTask.objects.filter(pk=entry.pk).update(enabled=is_enabled)
    PeriodicTasks.update_changed()
    _leave_leaf(name, was_enabled=entry.enabled, is_enabled=is_enabled, actor=switched_by)


def schedule_digest(*, name: str, is_enabled: bool) -> str:
    """Return the digest of which entry it is and whether it runs."""
    return canonical_digest({"name": name, "is_enabled": is_enabled})


def _leave_leaf(name: str, *, was_enabled: bool, is_enabled: bool, actor: Principal) -> None:
    verb = "jobs.schedule.switched_on" if is_enabled else "jobs.schedule.switched_off"
    record = AuditRecord(
        verb=verb,
        object_type=OBJECT_TYPE,
        object_id=schedule_in_log(name=name),
        digest=schedule_digest(name=name, is_enabled=is_enabled),
        before=schedule_digest(name=name, is_enabled=was_enabled),
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
