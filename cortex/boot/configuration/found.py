# SPDX-License-Identifier: Apache-2.0
"""What a source holds, before anybody knows whether it is well formed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ENVIRONMENT = "environment"
MACHINE_FILE = "machine file"
ARGUMENT = "argument"
DEFAULT = "default"


@dataclass(frozen=True)
class Found:
    """A raw value, a text or what a file holds, and the place that a person would look it up at."""

    given: Any = field(repr=False)
    source: str


Layer = Mapping[str, Found]
