# SPDX-License-Identifier: Apache-2.0
"""What people do by commands alone: each by a policy of its own, without which nothing is done."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from zipfile import is_zipfile

import pytest
from django.core.management import call_command
from django.db import transaction

from cortex.ports.authorizer import AccessMustBeGranted
from tests.integration.security.matrix.cast import Stage
from tests.integration.security.matrix.cells import without

pytestmark = pytest.mark.slow


def export_evidence(stage: Stage, out: Path) -> None:
    """Write an archive of the whole company as its controller."""
    of_the_company = ("--company", stage.own.code, "--as", "controller")
    size = stage.values["tree_size"]
    words = ("export", *of_the_company, "--checkpoint", size, "--out", str(out))
    call_command("evidence", *words, stdout=StringIO(), stderr=StringIO())


# By policy, what nobody does without it; it writes a file.
COMMANDS: dict[str, Callable[[Stage, Path], None]] = {"audit.watchers_export_evidence": export_evidence}


class TestCommand:
    @pytest.mark.parametrize("policy", COMMANDS)
    def test_writes_nothing_without_its_policy_and_an_archive_with_it(
        self, policy: str, stage: Stage, tmp_path: Path
    ) -> None:
        out = tmp_path / "archive.zip"
        with transaction.atomic():
            with without(policy), pytest.raises(AccessMustBeGranted):
                COMMANDS[policy](stage, out)
            assert not out.exists()
            COMMANDS[policy](stage, out)
            transaction.set_rollback(True)
        assert is_zipfile(out)
