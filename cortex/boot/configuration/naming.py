# SPDX-License-Identifier: Apache-2.0
"""Which names may be set outside the environment: those of the catalogue, but no secrets."""

from difflib import get_close_matches

from cortex.boot.configuration.catalogue import SECRETS_OF_THE_VAULT, entries
from cortex.boot.configuration.errors import NameMustBeKnown, SecretMustStayOutside, refusal
from cortex.boot.configuration.found import Found
from cortex.boot.configuration.urls import Url

_OUTSIDE = "Secrets belong in the environment, as NAME_FILE, or in the vault."


def require_settable(name: str, found: Found) -> None:
    """Raise NameMustBeKnown or SecretMustStayOutside, unless a file or an argument may set this name."""
    entry = entries().get(name)
    if name in SECRETS_OF_THE_VAULT or (entry is not None and entry.reader.is_secret):
        raise refusal(
            SecretMustStayOutside, name, expected="no secret here", remedy=_OUTSIDE, source=found.source
        )
    if entry is None:
        close = get_close_matches(name, entries(), n=1)
        raise refusal(
            NameMustBeKnown,
            repr(name[:80]),
            expected="a name that the program reads",
            remedy=f"Did you mean {close[0]}?" if close else "",
            source=found.source,
        )
    if isinstance(entry.reader, Url) and entry.reader.holds_secret(found.given):
        raise refusal(
            SecretMustStayOutside,
            name,
            expected="a URL without a password",
            remedy=_OUTSIDE,
            source=found.source,
        )
