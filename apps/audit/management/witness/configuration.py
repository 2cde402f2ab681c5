# SPDX-License-Identifier: Apache-2.0
"""`witness.toml`: the witness's name, where it listens, its files, and the keys of the logs that it watches.

```toml
name = "witness.example/w1"
listen = "127.0.0.1:8321"    # or "unix:/run/cortex-witness/witness.sock"
key = "witness.key"          # beside this file, as is
memory = "witness.sqlite3"
logs = ["books.example/log+1a2b3c4d+AbC…"]
```
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.audit.domain.note.keys import VerifierKey
from apps.audit.management.witness.errors import WitnessMustBeConfigured
from cortex.errors import Malformed
from cortex.sockets.bounded_server import Address

UNIX = "unix:"
LOGS_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessConfiguration:
    """What the file says; paths are whole."""

    name: str
    address: Address
    key_path: Path
    memory_path: Path
    logs: Mapping[str, Sequence[VerifierKey]]


def read_configuration(path: Path) -> WitnessConfiguration:
    """Read the file; raises WitnessMustBeConfigured."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        texts = {name: found.pop(name) for name in ("name", "listen", "key", "memory")}
        logs = found.pop("logs")
    except (OSError, ValueError, KeyError) as error:
        raise _refused(path, got=f"{type(error).__name__}: {error}") from error
    if found or not all(isinstance(text, str) and text for text in (*texts.values(), *logs)):
        raise _refused(path, got=f"another value or name ({', '.join(found) or 'a value'})")
    return WitnessConfiguration(
        name=texts["name"],
        address=address_of(texts["listen"]),
        key_path=path.parent / texts["key"],
        memory_path=path.parent / texts["memory"],
        logs=_by_origin(logs),
    )


def configuration_text(*, name: str, listen: str, logs: Sequence[VerifierKey]) -> str:
    """Return a new file; strings of JSON are strings of TOML."""
    values = {
        "name": name,
        "listen": listen,
        "key": "witness.key",
        "memory": "witness.sqlite3",
        "logs": [key.text for key in logs],
    }
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def address_of(listen: str) -> Address:
    """Return the address of `HOST:PORT` or `unix:PATH`; raises WitnessMustBeConfigured."""
    if listen.startswith(UNIX):
        return listen.removeprefix(UNIX)
    host, _, port = listen.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise WitnessMustBeConfigured(
            f"listen: expected HOST:PORT or unix:PATH, got {listen!r}. Correct it.",
            evidence={"object": "listen", "got": listen},
        )
    return host, int(port)


def _by_origin(texts: Sequence[str]) -> Mapping[str, Sequence[VerifierKey]]:
    """Several keys of one log are all believed, as after a rotation."""
    logs: dict[str, list[VerifierKey]] = {}
    if len(texts) > LOGS_MAX:
        raise WitnessMustBeConfigured(
            f"logs: expected at most {LOGS_MAX} keys, got {len(texts)}. Run a second witness for the rest.",
            evidence={"object": "logs", "expected": LOGS_MAX, "got": len(texts)},
        )
    for text in texts:
        try:
            key = VerifierKey.parse(text)
        except Malformed as error:
            raise WitnessMustBeConfigured(f"logs: {error.message}", evidence=error.evidence) from error
        if key.kind.signs != "log":
            raise WitnessMustBeConfigured(
                f"logs: expected keys of logs, got the key of a witness, {key.name}.",
                evidence={"object": "logs", "got": key.text},
            )
        logs.setdefault(key.name, []).append(key)
    return logs


def _refused(path: Path, *, got: str) -> WitnessMustBeConfigured:
    expected = "name, listen, key, memory and logs"
    return WitnessMustBeConfigured(
        f"File {path}: expected {expected}, got {got[:200]}. Correct it, or make one with init.",
        evidence={"object": str(path), "expected": expected, "got": got[:200]},
    )
