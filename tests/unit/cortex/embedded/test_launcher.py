# SPDX-License-Identifier: Apache-2.0
"""What the launcher hands to everything it starts."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from cortex.embedded.launcher import Launcher


@pytest.mark.parametrize(("given", "expected"), [({}, "off"), ({"DEBUG": "on"}, "on")])
def test_children_debug_only_when_somebody_asks(
    tmp_path: Path, given: Mapping[str, str], expected: str
) -> None:
    launcher = Launcher(checkout=tmp_path, port=1, stream=io.StringIO(), environ=given)
    assert launcher.supervisor.environ["DEBUG"] == expected
