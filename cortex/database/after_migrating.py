# SPDX-License-Identifier: Apache-2.0
"""What rooms above do when the database is as the code expects it. Each step finds out whether it is due."""

from collections.abc import Callable

_steps: dict[str, Callable[[], object]] = {}


def after_migrating(*, name: str, step: Callable[[], object]) -> None:
    """Run this step after every whole `migrate`; the same name stands for one step."""
    _steps[name] = step


def run_steps() -> None:
    """Run the steps in the order of their registration."""
    for step in _steps.values():
        step()
