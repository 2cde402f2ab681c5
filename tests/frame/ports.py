# SPDX-License-Identifier: Apache-2.0
"""Ports for the servers that tests start."""

import socket


def free_port() -> int:
    """Return a port on which nobody listens."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return different ports on which nobody listens."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(place.getsockname()[1]) for place in held]
    for place in held:
        place.close()
    return ports
