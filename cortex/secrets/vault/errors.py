# SPDX-License-Identifier: Apache-2.0
"""What may be wrong with a vault, in one word each. Errors of libraries are not chained to these: their
frames hold requests with tokens in them.
"""

import requests
from hvac import exceptions

from cortex.errors import CortexError
from cortex.ports.vault import VaultMustBeReachable

# Temporary conditions of the server; 429 and 473 are standby nodes, 503 a sealed one.
_PASSING: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.VaultDown, "sealed, or a standby"),
    (exceptions.VaultNotInitialized, "not initialised"),
    (exceptions.RateLimitExceeded, "too busy"),
    (exceptions.InternalServerError, "an internal error"),
    (exceptions.BadGateway, "no answer behind its proxy"),
    (requests.exceptions.SSLError, "a certificate that VAULT_CACERT does not vouch for"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (requests.exceptions.ReadTimeout, "no answer in time"),
    (requests.exceptions.ConnectionError, "no connection"),
    (requests.exceptions.RequestException, "a broken answer"),
    (exceptions.UnexpectedError, "an unexpected status"),
)
PASSING = tuple(kind for kind, _ in _PASSING)
REFUSED = (exceptions.Forbidden, exceptions.Unauthorized)


class VaultMustPermit(CortexError):
    """The vault answers, and refuses: the login is wrong, or its policy does not allow this."""

    code = "secrets.vault_must_permit"
    status = 503
    retry_after_seconds = 60


class SecretMustBeUnchanged(CortexError):
    """Somebody else wrote a newer version in between."""

    code = "secrets.secret_must_be_unchanged"
    status = 409


def unreachable(error: Exception) -> VaultMustBeReachable:
    """Return the refusal for an error that passes by itself."""
    return unreachable_because(next(got for kind, got in _PASSING if isinstance(error, kind)))


def unreachable_because(got: str) -> VaultMustBeReachable:
    """Return the refusal."""
    return VaultMustBeReachable(
        f"Vault: expected an answer, got {got}. Nothing was done; try again in a moment, and see the "
        "runbooks vault-sealed and vault-unreachable if it lasts.",
        evidence={"object": "vault", "expected": "an answer", "got": got, "remedy": "try again in a moment"},
    )


def not_permitted(what: str, *, remedy: str) -> VaultMustPermit:
    """Return the refusal; `what` is a path or a login, never a secret."""
    return VaultMustPermit(
        f"Vault: expected permission for {what}, got a refusal. To help: {remedy}.",
        evidence={"object": "vault", "expected": what, "got": "refused", "remedy": remedy},
    )
