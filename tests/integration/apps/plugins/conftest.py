# SPDX-License-Identifier: Apache-2.0
"""A sandbox with a hostile plugin in it."""

from pathlib import Path

import pytest

from tests.factories.hostile import Hostile
from tests.frame.components import built, compiled_in


@pytest.fixture(scope="session")
def components(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory that all workers share."""
    base = tmp_path_factory.getbasetemp()
    directory = (base if worker_id == "master" else base.parent) / "components"
    directory.mkdir(exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def hostile(components: Path) -> Hostile:
    wasm = built(name="hostile", directory=components)
    return Hostile(compiled=compiled_in(components), digest=compiled_in(components).compile(wasm=wasm))
