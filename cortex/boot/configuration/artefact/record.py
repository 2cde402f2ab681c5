# SPDX-License-Identifier: Apache-2.0
"""What is remembered of a signed file that was accepted."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Artefact:
    """One accepted file. `name` is its file name, which its signature covers; `digest` is SHA-256 in hex."""

    name: str
    version: int
    key_id: str
    digest: str
    expires_at: datetime
