# SPDX-License-Identifier: Apache-2.0
"""Work that takes as long as a test wants."""

import os
import time
from pathlib import Path

from celery import shared_task

NAME = "tests.keep_busy"


@shared_task(name=NAME)  # type: ignore[untyped-decorator]
def keep_busy(directory: str, number: int) -> None:
    """Say that it began, and work until it is told to end."""
    Path(directory, f"begun-{number}").write_text(str(os.getpid()))
    while not Path(directory, "end").exists():
        time.sleep(0.05)
