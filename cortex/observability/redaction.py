# SPDX-License-Identifier: Apache-2.0
"""Keep secrets out of logs: by the name of a field, and by the look of a text."""

import re
from collections.abc import Mapping, MutableMapping
from datetime import date
from typing import Any
from uuid import UUID

from cortex.confidential import masked

# In place of what looks like a secret; one that is known shows as the mask of cortex.confidential.
REDACTED = "[redacted]"
_SECRET_NAME = re.compile(
    r"passw|secret|token|authorization|cookie|credential|api_?key|session_?key|private", re.IGNORECASE
)
# Each pattern keeps its first group, so that a reader still sees what kind of thing was there.
_SECRET_TEXTS = (
    re.compile(r"(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(/accounts/one-time/)[^/\s\"'?]+"),
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?=@)"),
    re.compile(r"(\b(?:password|client_secret|access_token|secret_key)\s*[=:]\s*)[^\s,&]+", re.IGNORECASE),
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the secrets of a log event; the signature is that of a structlog processor."""
    for name, value in event.items():
        event[name] = _redacted(name, value)
    return event


def redacted_text(text: str) -> str:
    """Return the text with what looks like a secret taken out."""
    text = masked(text)
    for pattern in _SECRET_TEXTS:
        text = pattern.sub(rf"\g<1>{REDACTED}", text)
    return text


def _redacted(name: str, value: Any) -> Any:
    if isinstance(value, str | bytes) and _SECRET_NAME.search(name):
        return REDACTED
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, Mapping):
        return {_redacted("", key): _redacted(str(key), member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(name, member) for member in value]
    if value is None or isinstance(value, int | float | date | UUID) or name.startswith("_"):
        return value
    # Anything else would show itself by repr when the line is written, after this last look.
    return redacted_text(_shown(value))


def _shown(value: Any) -> str:
    """Return how an object shows itself; one that asks a database for it may fail, and telling must not."""
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - whatever an object's own code raises
        return f"<{type(value).__name__} that cannot be shown>"
