# SPDX-License-Identifier: Apache-2.0
"""What each role may do by commands is what the file says, which people write."""

from pathlib import Path

import pytest

from tests.integration.security.matrix.cast import Stage
from tests.integration.security.matrix.commands import (
    COLUMNS,
    came_of,
    files_in,
    not_run,
    told_lines,
    verbs_for_people,
    verbs_run,
)

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]


class TestCommands:
    def test_stand_in_the_file_with_each_verb(self) -> None:
        assert verbs_run() | not_run() == verbs_for_people()
        assert verbs_run() & not_run() == set()

    def test_do_for_each_role_what_the_file_says(self, stage: Stage, tmp_path: Path) -> None:
        given, told = files_in(stage, tmp_path), told_lines()
        differing = [
            f"{line}: {column} expected {told[line][column]}, got {found}"
            for line in told
            for column in COLUMNS
            if (found := came_of(line, column, stage=stage, given=given)) != told[line][column]
        ]
        assert differing == [], "\n".join(differing)
