# SPDX-License-Identifier: Apache-2.0
"""Close the network: a test that would reach beyond this machine fails instead."""

import ipaddress
import socket
import sys
from typing import Any

LOCAL_NAMES = {None, "", "localhost"}


class NetworkIsClosed(RuntimeError):
    """A test tried to leave the machine."""


def close_network() -> None:
    """Refuse every Python socket to another machine for the rest of this process.

    Source: PEP 578 audit events; a hook cannot be removed, which is what is wanted here.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and not _is_local(arguments[0]):
        raise NetworkIsClosed(f"Tests may not look up {arguments[0]!r}: only this machine is open.")
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_local(arguments[1][0]):
        raise NetworkIsClosed(f"Tests may not connect to {arguments[1][0]!r}: only this machine is open.")


def _as_resolvers_read(name: str) -> str:
    """Return the address behind a spelling such as 127.1 or 0x7f000001, which needs no look-up."""
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return name


def _is_local(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(_as_resolvers_read(name or ""))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
