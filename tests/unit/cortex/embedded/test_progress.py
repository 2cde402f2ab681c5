# SPDX-License-Identifier: Apache-2.0
"""The lines that a person sees during a start."""

import re
from io import StringIO

import pytest

from cortex.embedded.progress import Progress


class TestProgress:
    def test_numbers_each_step_and_tells_its_seconds(self) -> None:
        stream = StringIO()
        progress = Progress(steps=2, stream=stream)
        with progress.step("Starting PostgreSQL"):
            pass
        with progress.step("Migrating the database") as notes:
            notes.append("3 applied")
        first, second = stream.getvalue().splitlines()
        assert re.fullmatch(r"\[1/2\] Starting PostgreSQL … \d+\.\d s", first)
        assert re.fullmatch(r"\[2/2\] Migrating the database … 3 applied, \d+\.\d s", second)

    def test_ends_the_line_of_a_step_that_failed(self) -> None:
        stream = StringIO()
        progress = Progress(steps=1, stream=stream)
        with pytest.raises(KeyboardInterrupt), progress.step("Starting web"):
            raise KeyboardInterrupt
        progress.say("Stopping …")
        assert stream.getvalue() == "[1/1] Starting web … not done\nStopping …\n"

    def test_begins_the_line_again_when_something_is_said_during_a_step(self) -> None:
        stream = StringIO()
        progress = Progress(steps=1, stream=stream)
        with progress.step("Starting web"):
            progress.say("web ended unexpectedly.")
        lines = [line.partition(" … ")[0] for line in stream.getvalue().splitlines()]
        assert lines == ["[1/1] Starting web", "web ended unexpectedly.", "[1/1] Starting web"]
