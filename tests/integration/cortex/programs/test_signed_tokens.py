# SPDX-License-Identifier: Apache-2.0
"""Access tokens are JWTs of RFC 9068, and nothing that looks like one opens anything."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client
from oauth2_provider.models import get_access_token_model

from cortex import clock
from cortex.container.override import override
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.clients.issue_token import issue_token
from cortex.programs.keys.published import unpadded
from cortex.programs.keys.ring import SigningKeys
from cortex.programs.models import Program
from cortex.programs.tokens.random_values import checksum_of
from tests.factories.clocks import clock_after
from tests.factories.people import create_user, service_client
from tests.factories.programs import opens

pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> str:
    service_client(create_user(username="robot", kind="service"))
    return issue_token(client_id="robot", scopes=["accounting:read"], at=clock.now())


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    header, claims, signature = token.split(".")
    return json.loads(decoded(header)), json.loads(decoded(claims)), decoded(signature)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    message = ".".join(unpadded(json.dumps(part).encode()) for part in (header, claims))
    return f"{message}.{unpadded(sign(message.encode()))}"


def stored(token: str) -> str:
    """Give a forged token the row of ours, so that its signature alone can refuse it."""
    get_access_token_model().objects.update(token_checksum=checksum_of(token))
    return token


def signed_by_us(claims: dict[str, Any], typ: str = "at+jwt") -> str:
    return stored(get(SigningKeys).sign(claims=claims, typ=typ))


class TestAccessToken:
    def test_says_what_rfc_9068_asks_for(self, token: str) -> None:
        header, claims, _ = parts(token)
        assert header == {"alg": "EdDSA", "typ": "at+jwt", "kid": header["kid"]}
        assert claims.keys() == {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"}
        assert (claims["iss"], claims["aud"]) == (settings.TOKEN_ISSUER, settings.TOKEN_AUDIENCE)
        assert (claims["sub"], claims["client_id"], claims["scope"]) == ("robot", "robot", "accounting:read")
        assert claims["exp"] - claims["iat"] == 3600

    def test_is_verified_by_another_library_with_the_published_keys(self, token: str) -> None:
        keys = jwt.PyJWKSet.from_dict(Client().get("/o/.well-known/jwks.json").json())
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(
            token, key, algorithms=["EdDSA"], audience=settings.TOKEN_AUDIENCE, issuer=settings.TOKEN_ISSUER
        )
        assert claims["client_id"] == "robot"

    def test_opens_the_api_and_costs_one_query(
        self, token: str, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        assert opens(token) == 200
        from cortex.programs.tokens.bearer import accepted

        with django_assert_max_num_queries(1):
            assert accepted(token, path="/api/v1/companies") is not None

    def test_is_stored_as_a_digest_alone(self, token: str) -> None:
        row = get_access_token_model().objects.get()
        assert (row.token, row.token_checksum) == ("", hashlib.sha256(token.encode()).hexdigest())


class TestForgedToken:
    def test_of_no_algorithm_opens_nothing(self, token: str) -> None:
        header, claims, _ = parts(token)
        for name in ("none", "None", "NONE"):
            assert opens(stored(packed(header | {"alg": name}, claims, lambda message: b""))) == 401

    def test_signed_with_the_public_key_as_a_shared_secret_opens_nothing(self, token: str) -> None:
        header, claims, _ = parts(token)
        key = get(SigningKeys).find(kid=header["kid"])
        assert key is not None
        for secret in (key.raw, json.dumps(key.as_jwk).encode(), key.as_jwk["x"].encode()):
            forged = packed(
                header | {"alg": "HS256"}, claims, lambda message, s=secret: hmac.digest(s, message, "sha256")
            )
            assert opens(stored(forged)) == 401

    @pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "crit", "b64"])
    def test_that_brings_its_own_key_opens_nothing(self, token: str, name: str) -> None:
        header, claims, _ = parts(token)
        own = Ed25519PrivateKey.generate()
        public = {"kty": "OKP", "crv": "Ed25519", "x": unpadded(own.public_key().public_bytes_raw())}
        brought = {"jwk": public, "crit": ["b64"], "b64": False}.get(name, "https://evil.example/keys")
        assert opens(stored(packed(header | {name: brought}, claims, own.sign))) == 401

    @pytest.mark.parametrize(
        "kid", ["../../../dev/null", "' OR 1=1 --", "", "x" * 5000, None, 7, ["a"], "\x00", "unknown"]
    )
    def test_whose_kid_leads_elsewhere_opens_nothing(self, token: str, kid: object) -> None:
        header, claims, _ = parts(token)
        own = Ed25519PrivateKey.generate()
        assert opens(stored(packed(header | {"kid": kid}, claims, own.sign))) == 401

    def test_signed_with_another_key_under_our_kid_opens_nothing(self, token: str) -> None:
        header, claims, _ = parts(token)
        assert opens(stored(packed(header, claims, Ed25519PrivateKey.generate().sign))) == 401

    def test_whose_claims_were_changed_opens_nothing(self, token: str) -> None:
        header, claims, signature = parts(token)
        forged = packed(header, claims | {"scope": "accounting:write"}, lambda message: signature)
        assert opens(stored(forged)) == 401

    def test_of_another_type_opens_nothing(self, token: str) -> None:
        _, claims, _ = parts(token)
        assert opens(signed_by_us(claims)) == 200
        for typ in ("JWT", "logout+jwt", ""):
            assert opens(signed_by_us(claims, typ=typ)) == 401

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "https://evil.example/o"},
            {"iss": None},
            {"aud": "https://other.example"},
            {"aud": []},
            {"aud": f"{settings.TOKEN_AUDIENCE}.evil.example"},
            {"exp": 1},
            {"exp": "9999999999"},
            {"exp": True},
            {"nbf": 9999999999},
            {"iat": 9999999999},
            {"client_id": "another"},
        ],
        ids=str,
    )
    def test_with_a_claim_that_is_not_so_opens_nothing(self, token: str, changed: dict[str, Any]) -> None:
        _, claims, _ = parts(token)
        assert opens(signed_by_us(claims | changed)) == 401

    def test_that_was_never_stored_opens_nothing(self, token: str) -> None:
        _, claims, _ = parts(token)
        assert opens(get(SigningKeys).sign(claims={**claims, "jti": "x"}, typ="at+jwt")) == 401

    @pytest.mark.parametrize("value", ["a.b.c", "..", "....", "e30.e30.", "x" * 20000, "ä.ö.ü", "a b"])
    def test_that_is_no_token_opens_nothing(self, value: str) -> None:
        assert opens(value) == 401

    def test_costs_no_query(self, token: str, django_assert_num_queries: Callable[..., Any]) -> None:
        from cortex.programs.tokens.bearer import accepted

        header, claims, _ = parts(token)
        assert accepted(token, path="/") is not None
        forged = packed(header, claims, Ed25519PrivateKey.generate().sign)
        with django_assert_num_queries(0):
            assert accepted(forged, path="/") is None


class TestTokenThatNoLongerCounts:
    def test_is_refused_when_its_time_is_over(self, token: str) -> None:
        with override(Clock, clock_after(timedelta(minutes=59))):
            assert opens(token) == 200
        with override(Clock, clock_after(timedelta(minutes=61))):
            assert opens(token) == 401

    def test_is_refused_at_once_when_its_client_is_disabled(self, token: str) -> None:
        Program.objects.update(is_enabled=False)
        assert opens(token) == 401
        Program.objects.update(is_enabled=True)
        assert opens(token) == 200

    def test_is_refused_when_its_client_has_no_terms(self, token: str) -> None:
        Program.objects.all().delete()
        assert opens(token) == 401

    def test_is_refused_when_it_was_taken_back(self, token: str) -> None:
        get_access_token_model().objects.all().delete()
        assert opens(token) == 401


class TestRandomToken:
    def test_opens_nothing_though_a_row_holds_its_digest(self, token: str) -> None:
        assert opens(token) == 200
        assert opens(stored("random-and-stored")) == 401

    def test_costs_no_query(self, token: str, django_assert_num_queries: Callable[..., Any]) -> None:
        from cortex.programs.tokens.bearer import accepted

        random = stored("random-and-stored")
        with django_assert_num_queries(0):
            assert accepted(random, path="/") is None
