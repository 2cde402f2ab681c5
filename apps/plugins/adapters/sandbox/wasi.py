# SPDX-License-Identifier: Apache-2.0
"""The five functions of WASI that Python needs: two clocks, random bytes, an empty environment, no directory.

Source: WASI 0.2, wasi:clocks, wasi:random, wasi:cli/environment, wasi:filesystem/preopens.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from wasmtime.component import Record

from apps.plugins.adapters.sandbox.interfaces import WASI
from apps.plugins.domain.call_errors import HostMustNotBeFlooded

_RANDOM_BYTES_MAX = 4096
_NANOSECONDS = 10**9


def _datetime(nanoseconds: int) -> Record:
    seconds, rest = divmod(nanoseconds, _NANOSECONDS)
    found = Record()
    found.__dict__.update(seconds=seconds, nanoseconds=rest)
    return found


def _random_bytes(_: Any, count: int) -> bytes:
    if count > _RANDOM_BYTES_MAX:
        raise HostMustNotBeFlooded(f"{_RANDOM_BYTES_MAX} random bytes at once are allowed")
    return secrets.token_bytes(count)


WASI_FUNCTIONS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    f"wasi:clocks/wall-clock@{WASI}": {
        "now": lambda _: _datetime(time.time_ns()),
        "resolution": lambda _: _datetime(1_000),
    },
    f"wasi:clocks/monotonic-clock@{WASI}": {
        "now": lambda _: time.monotonic_ns(),
        "resolution": lambda _: 1,
    },
    f"wasi:random/random@{WASI}": {
        "get-random-bytes": _random_bytes,
        "get-random-u64": lambda _: secrets.randbits(64),
    },
    f"wasi:cli/environment@{WASI}": {
        "get-environment": lambda _: [],
        "get-arguments": lambda _: [],
    },
    f"wasi:filesystem/preopens@{WASI}": {"get-directories": lambda _: []},
}
