# SPDX-License-Identifier: Apache-2.0
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.apps.audit.programs.running import Machine


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Give a machine in a short path: the name of a Unix socket holds a hundred bytes."""
    directory = Path(tempfile.mkdtemp(prefix="log-", dir="/tmp"))
    machine = Machine(directory)
    yield machine
    machine.end()
    shutil.rmtree(directory)
