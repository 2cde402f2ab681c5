# SPDX-License-Identifier: Apache-2.0
"""One scope for each run of a task. Celery tells the end of every run that it told the beginning of:
done, failed, to be retried or rejected. A task revoked before it began never had a scope, and a process
that is killed takes its scope along.
"""

from typing import Any

from celery import Task, shared_task
from celery.signals import task_postrun, task_prerun

from cortex.container.providers.health import check_all
from cortex.container.providers.registry import providers
from cortex.container.scopes import open_scope
from cortex.ports.asking import asks_nothing

# On the run's own request: an eager retry runs inside the run that it repeats, under the same id.
_SCOPE = "cortex_scope"


def give_every_task_a_scope() -> None:
    """Listen to Celery; asked again, it changes nothing."""
    task_prerun.connect(_begin, weak=False, dispatch_uid="cortex.container.begin")
    task_postrun.connect(_end, weak=False, dispatch_uid="cortex.container.end")


def _begin(*, task: Task, **_signal: Any) -> None:
    setattr(task.request, _SCOPE, open_scope(kind="task"))


def _end(*, task: Task, **_signal: Any) -> None:
    scope = getattr(task.request, _SCOPE, None)
    if scope is not None:
        scope.close()


@shared_task(name="cortex.container.check_providers", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it asks servers whether they answer, and looks at nothing of a company")
def check_providers() -> None:
    """Ask every provider whether it answers; the page of providers shows what it said."""
    check_all(providers)
