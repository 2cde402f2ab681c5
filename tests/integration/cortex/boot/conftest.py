# SPDX-License-Identifier: Apache-2.0
"""The programs that are started here are what is tested."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def measured(measured_programs: None) -> None:
    """Measure the programs that start."""
