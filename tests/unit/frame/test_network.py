# SPDX-License-Identifier: Apache-2.0
import socket

import pytest

from tests.frame.network import NetworkIsClosed


class TestClosedNetwork:
    def test_refuses_to_look_up_another_machine(self) -> None:
        with pytest.raises(NetworkIsClosed, match="may not look up"):
            socket.getaddrinfo("example.org", 443)

    @pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
    def test_refuses_to_connect_to_another_machine(self, address: str) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as outside, pytest.raises(NetworkIsClosed, match="may not connect"):
            outside.connect((address, 443))

    def test_lets_this_machine_talk_to_itself(self) -> None:
        server = socket.create_server(("127.0.0.1", 0))
        with server, socket.create_connection(server.getsockname()) as client:
            assert client.getpeername() == server.getsockname()
