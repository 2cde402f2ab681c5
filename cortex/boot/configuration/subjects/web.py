# SPDX-License-Identifier: Apache-2.0
"""How the web process of a release listens; `make run` chooses its own way on one machine."""

from typing import Annotated

from pydantic import Field

from cortex.boot.configuration.readers import Text, Whole
from cortex.boot.configuration.subjects.subject import Subject


class Web(Subject):
    """Address, processes and threads."""

    # Every address: its network is its own, and a proxy with TLS stands before it.
    address: Annotated[str, Text()] = Field("0.0.0.0:8000", alias="WEB_ADDRESS")
    workers: Annotated[int, Whole(1)] = Field(2, alias="WEB_WORKERS")
    threads: Annotated[int, Whole(1)] = Field(4, alias="WEB_THREADS")
