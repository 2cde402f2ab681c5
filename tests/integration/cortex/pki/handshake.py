# SPDX-License-Identifier: Apache-2.0
"""A handshake between two contexts, without a network."""

import ssl

ROUNDS_MAX = 10


def is_agreed(server: ssl.SSLContext, client: ssl.SSLContext, *, name: str = "localhost") -> bool:
    """Return True when both ends agree; raises ssl.SSLError of the end that refuses."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    done = [False, False]
    for _ in range(ROUNDS_MAX):
        for place, end in enumerate(ends):
            try:
                end.do_handshake()
                done[place] = True
            except ssl.SSLWantReadError:
                continue
        if all(done):
            return True
    return False
