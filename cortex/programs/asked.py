# SPDX-License-Identifier: Apache-2.0
"""What a program asks of a person, found good by the OAuth2 server and by rules that are stricter."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.models import get_application_model
from oauth2_provider.oauth2_validators import is_valid_resource_uri, validate_resource_as_url_prefix
from oauthlib.oauth2.rfc6749 import errors

from cortex.ports.clock import Clock
from cortex.ports.principal import Authentication
from cortex.ports.registry import get
from cortex.programs.tokens.assurance import MULTI_FACTOR, SINGLE_FACTOR

# BASE64URL of a SHA-256. Source: RFC 7636 section 4.2.
_CHALLENGE = re.compile(r"\A[A-Za-z0-9_-]{43}\Z")
READING_SECONDS = 120
_KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "code_challenge",
    "code_challenge_method",
    "nonce",
)
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})
# Stored or repeated for the program; longer ones are no program's.
_LENGTHS_MAX = {"state": 1000, "nonce": 255, "scope": 2000}


@dataclass(frozen=True, slots=True)
class Asked:
    """A good question."""

    application: Any
    scopes: tuple[str, ...]
    credentials: Mapping[str, Any]
    parameters: tuple[tuple[str, str], ...]
    prompts: frozenset[str]
    max_age_seconds: int | None
    needs_second_factor: bool

    @property
    def redirect_uri(self) -> str:
        """Return where the answer goes."""
        return str(self.credentials["redirect_uri"])

    @property
    def state(self) -> str | None:
        """Return what the program wants to hear again."""
        return self.credentials.get("state")

    @property
    def is_silent(self) -> bool:
        """Return whether no page may be shown."""
        return "none" in self.prompts

    def is_met_by(self, authentication: Authentication) -> bool:
        """Tell whether the sign-in is as new and as strong as the program wants it."""
        if "login" in self.prompts:
            return False
        if self.needs_second_factor and not authentication.has_second_factor:
            return False
        if self.max_age_seconds is None:
            return True
        # Somebody who has just signed in must have the time to read the page, whatever the program wants.
        oldest = get(Clock).now() - timedelta(seconds=max(self.max_age_seconds, READING_SECONDS))
        return authentication.at is not None and authentication.at >= oldest


def asked_by(request: HttpRequest, *, validate: Callable[[HttpRequest], tuple[Any, dict[str, Any]]]) -> Asked:
    """Return what the request asks; raises OAuthToolkitError, fatal where nobody may be redirected."""
    scopes, credentials = validate(request)
    given = request.GET
    prompts = frozenset(given.get("prompt", "").split())
    _require(credentials.get("code_challenge_method") == "S256", "PKCE with S256 is required.", credentials)
    _require(_CHALLENGE.match(str(credentials.get("code_challenge"))), "No S256 code_challenge.", credentials)
    _require(prompts <= _PROMPTS and (prompts == {"none"} or "none" not in prompts), "prompt", credentials)
    _require(
        given.get("max_age", "0").isascii() and given.get("max_age", "0").isdigit(), "max_age", credentials
    )
    for name, longest in _LENGTHS_MAX.items():
        _require(len(given.get(name, "")) <= longest, f"{name} is too long.", credentials)
    _require("request" not in given and "request_uri" not in given, "No request objects.", credentials)
    ours = all(
        is_valid_resource_uri(each) and validate_resource_as_url_prefix(each, [settings.TOKEN_AUDIENCE])
        for each in given.getlist("resource")
    )
    _require(ours, "The resource is none of this server's.", credentials, error="invalid_target")
    classes = given.get("acr_values", "").split()
    return Asked(
        application=get_application_model().objects.get(client_id=credentials["client_id"]),
        scopes=tuple(scopes),
        credentials={name: credentials[name] for name in _KEPT if name in credentials}
        | {"resource": given.getlist("resource")},
        parameters=tuple((name, value) for name, values in given.lists() for value in values),
        prompts=prompts,
        max_age_seconds=min(int(given["max_age"]), 10**9) if "max_age" in given else None,
        needs_second_factor=MULTI_FACTOR in classes and SINGLE_FACTOR not in classes,
    )


def _require(
    condition: object, words: str, credentials: Mapping[str, Any], *, error: str = "invalid_request"
) -> None:
    if condition:
        return
    refusal = errors.CustomOAuth2Error(error, description=words, state=credentials.get("state"))
    refusal.redirect_uri = credentials["redirect_uri"]
    raise OAuthToolkitError(error=refusal)
