# SPDX-License-Identifier: Apache-2.0
"""A Celery application of the tests' own, whose tasks light a lamp and end in every way a task can end."""

import os
import time

import django
from celery import Celery, Task
from celery.exceptions import Ignore, Reject

from cortex.ports.registry import get
from tests.integration.cortex.container.lamps import Lamp, lamps_in_every_scope, note

BROKER = "CORTEX_TESTS_BROKER"
app = Celery("scopes", broker=os.environ.get(BROKER, ""), set_as_current=False)
app.conf.update(worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)


@app.task(name="testing.light", bind=True, max_retries=1)  # type: ignore[untyped-decorator]
def light(task: Task, ending: str) -> str:
    """End as asked."""
    name = get(Lamp).name
    match ending:
        case "failure":
            raise RuntimeError(name)
        case "retry" if not task.request.retries:
            raise task.retry(countdown=0)
        case "ignore":
            raise Ignore
        case "reject":
            raise Reject
        case "sleep":
            time.sleep(60)
    note(f"done {ending}")
    return name


def main() -> None:
    """Run a worker whose scopes know lamps."""
    django.setup()
    with lamps_in_every_scope():
        app.worker_main(
            ["worker", "--pool=prefork", "--concurrency=1", "--without-mingle", "--loglevel=ERROR"]
        )


if __name__ == "__main__":
    main()
