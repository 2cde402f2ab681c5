# SPDX-License-Identifier: Apache-2.0
"""The OpenID providers of the configuration: addresses come from there alone, secrets from the vault."""

from functools import cache
from typing import Annotated
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cortex.canonical_json import canonical_json
from cortex.errors import CortexError, NotFound
from cortex.identity.models import Membership
from cortex.ports.registry import get
from cortex.ports.vault import Vault

_ID = r"^[a-z][a-z0-9-]{0,30}$"


class FederationMustBeWellFormed(CortexError):
    """The configuration of providers contradicts itself or the rules."""

    code = "identity.federation_must_be_well_formed"
    status = 500


class ProviderMustExist(NotFound):
    """No provider of this name is configured."""

    code = "identity.provider_must_exist"


def _https(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("expected an address beginning with https://, without login, query and fragment")
    return text.rstrip("/")


def _known_role(text: str) -> str:
    if text not in Membership.Role.values:
        raise ValueError(f"expected one of {', '.join(Membership.Role.values)}")
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Rule(_Strict):
    """Whoever is in this group of the provider has these roles in this company."""

    group: str = Field(min_length=1, max_length=500)
    company: str = Field(min_length=1, max_length=20)
    roles: tuple[Annotated[str, AfterValidator(_known_role)], ...] = Field(min_length=1)


class Provider(_Strict):
    """One provider. Its secret is `FEDERATION_<ID>_SECRET` in the vault."""

    id: str = Field(pattern=_ID)
    name: str = Field(min_length=1, max_length=60)
    issuer: Annotated[str, AfterValidator(_https)]
    client_id: str = Field(min_length=1, max_length=191)
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    groups_claim: str = "groups"
    rules: tuple[Rule, ...] = ()
    # Whether an address that the provider verified leads to the account that has it here. Only for a
    # provider that alone hands out the addresses of its domains.
    links_by_verified_email: bool = False
    email_domains: tuple[str, ...] = ()
    ca_file: str = ""

    @property
    def companies(self) -> frozenset[str]:
        """Return the companies in which this provider's groups say who belongs there."""
        return frozenset(rule.company for rule in self.rules)

    def secret(self) -> str:
        """Return the client's secret; raises VaultMustBeReachable."""
        found = get(Vault).read_secret(name=f"FEDERATION_{self.id.upper().replace('-', '_')}_SECRET")
        return found.reveal() if found else ""


def configured_providers() -> list[Provider]:
    """Return the providers in the order of their ids; raises FederationMustBeWellFormed."""
    return list(_parsed(canonical_json(settings.FEDERATION)))


def provider_with_id(*, provider_id: str) -> Provider:
    """Return the provider; raises ProviderMustExist."""
    found = next((each for each in configured_providers() if each.id == provider_id), None)
    if found is None:
        raise ProviderMustExist(
            f"Provider {provider_id[:40]}: expected one of the configuration, got none.",
            evidence={"object": "provider", "got": provider_id[:40]},
        )
    return found


@cache
def _parsed(document: bytes) -> tuple[Provider, ...]:
    given = orjson.loads(document)
    try:
        return tuple(Provider.model_validate({"id": name, **given[name]}) for name in sorted(given))
    except ValidationError as error:
        raise _malformed(
            [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        ) from error
    except TypeError as error:
        raise _malformed(["expected an object for each provider"]) from error


def _malformed(reasons: list[str]) -> FederationMustBeWellFormed:
    return FederationMustBeWellFormed(
        f"FEDERATION: {'; '.join(reasons)}.",
        evidence={"object": "FEDERATION", "expected": reasons, "remedy": "correct the configuration"},
    )
