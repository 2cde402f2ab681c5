# SPDX-License-Identifier: Apache-2.0
"""Documents of providers, kept for some minutes in this process: a sign-in asks for its code alone."""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from cortex.identity.federation.providers import Provider

KEPT_SECONDS, DOCUMENTS_MAX = 300.0, 64
_kept: OrderedDict[tuple[str, str, str, str], tuple[float, dict[str, Any]]] = OrderedDict()
_lock = threading.Lock()


def kept_document(*, provider: Provider, url: str) -> dict[str, Any] | None:
    """Return what was kept of this address, unless it is too old."""
    with _lock:
        at, document = _kept.get(_key(provider, url), (float("-inf"), {}))
    return dict(document) if time.monotonic() - at < KEPT_SECONDS else None


def keep_document(*, provider: Provider, url: str, document: Mapping[str, Any]) -> None:
    """Keep what the provider answered and was found to be right; the oldest is forgotten first."""
    with _lock:
        _kept.pop(_key(provider, url), None)
        _kept[_key(provider, url)] = (time.monotonic(), dict(document))
        while len(_kept) > DOCUMENTS_MAX:
            _kept.popitem(last=False)


def _key(provider: Provider, url: str) -> tuple[str, str, str, str]:
    # What was read by another authority or for another issuer says nothing about this one.
    return provider.id, provider.issuer, provider.ca_file, url
