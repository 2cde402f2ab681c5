# SPDX-License-Identifier: Apache-2.0
"""The other side: in the sandbox the host's functions, in tests whatever stands in for them."""

import json
from typing import Any, Protocol

from cortex_sdk.errors import Refused


class Host(Protocol):
    """Answers requests as JSON texts; raises Refused."""

    def ask(self, interface: str, function: str, request: str) -> str:
        """Return the answer to a request."""
        ...

    def log(self, level: str, message: str) -> None:
        """Keep a line."""
        ...


_hosts: list[Host] = []


def use(host: Host) -> None:
    """Take this host from now on."""
    _hosts[:] = [host]


def ask(interface: str, function: str, **request: Any) -> Any:
    """Return what the host answers; raises Refused."""
    return json.loads(_host().ask(interface, function, json.dumps(request)))


def tell(level: str, message: str) -> None:
    """Write a line of the log; outside of a call, such as while a module is imported, there is none."""
    if _hosts:
        _hosts[0].log(level, message)


def _host() -> Host:
    if not _hosts:
        raise Refused("plugins.host_must_be_there", "the host answers inside of handlers only")
    return _hosts[0]
