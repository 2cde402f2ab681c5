# SPDX-License-Identifier: Apache-2.0
"""The plugin's own key-value store for each company, up to `capabilities.storage_kib` of the manifest."""

from typing import Any

from cortex_sdk._host import ask


def read(key: str, default: Any = None) -> Any:
    """Return the value, or `default` where there is none."""
    value = ask("store", "read", key=key)["value"]
    return default if value is None else value


def write(key: str, value: Any) -> None:
    """Keep a JSON value; raises Refused where the quota is used up.

    It is kept with the call: a handler that fails afterwards has written nothing.
    """
    if value is None:
        raise ValueError("None is how a key is removed: call remove")
    ask("store", "write", key=key, value=value)


def remove(key: str) -> None:
    """Forget a key, whether it was there or not."""
    ask("store", "write", key=key, value=None)


def keys(prefix: str = "", *, after: str = "", limit: int = 1_000) -> list[str]:
    """Return the first keys that begin so, in order; `after` is the last one of a former answer."""
    found: list[str] = ask("store", "keys", prefix=prefix, after=after, limit=limit)["keys"]
    return found
