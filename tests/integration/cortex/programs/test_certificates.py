# SPDX-License-Identifier: Apache-2.0
"""A client whose terms ask for a certificate is served with it alone, and its tokens are bound to it."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client, RequestFactory

from cortex import clock
from cortex.identity.peer_certificates import PeerCertificate
from cortex.identity.users import create_user
from cortex.ports.principal import Principal
from cortex.programs.clients.create_client import create_client
from cortex.programs.tokens.bearer import accepted
from cortex.programs.views.tokens import TokenView

pytestmark = pytest.mark.django_db
ROBOT = "spiffe://cortex/robot"


def certificate(
    spiffe_id: str = ROBOT, thumbprint: str = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"
) -> Any:
    now = clock.now()
    return PeerCertificate(
        thumbprint=thumbprint,
        spiffe_id=spiffe_id,
        serial="1",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
    )


@pytest.fixture
def secret() -> str:
    user = create_user(username="robot", kind="service")
    new = create_client(
        client_id="robot",
        name="Robot",
        user=user,
        scopes=["accounting:read"],
        certificate_id=ROBOT,
        created_by=Principal.service("console"),
    )
    assert new.secret is not None
    return new.secret


def fetch(secret: str, peer: PeerCertificate | None) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_id": "robot",
        "client_secret": secret,
        "scope": "accounting:read",
    }
    request = RequestFactory().post("/o/token/", form)
    request.peer_certificate = peer  # type: ignore[attr-defined] # what the middleware does
    return TokenView.as_view()(request)


def token_from(answer: Any) -> str:
    import json

    return str(json.loads(answer.content)["access_token"])


class TestTokenEndpoint:
    def test_gives_nothing_without_the_certificate(self, secret: str) -> None:
        for peer in (None, certificate("spiffe://cortex/other")):
            assert fetch(secret, peer).status_code == 401

    def test_gives_nothing_for_the_certificate_alone(self, secret: str) -> None:
        assert fetch("wrong", certificate()).status_code == 401

    def test_binds_the_token_to_the_certificate(self, secret: str) -> None:
        token = token_from(fetch(secret, certificate()))
        claims = jwt.decode(token, options={"verify_signature": False})
        assert claims["cnf"] == {"x5t#S256": certificate().thumbprint}


class TestBoundToken:
    def test_counts_with_its_certificate_alone(self, secret: str) -> None:
        token = token_from(fetch(secret, certificate()))
        assert accepted(token, path="/", peer=certificate()) is not None
        for peer in (None, certificate("spiffe://cortex/other"), certificate(thumbprint="another")):
            assert accepted(token, path="/", peer=peer) is None

    def test_opens_nothing_over_a_plain_connection(self, secret: str) -> None:
        token = token_from(fetch(secret, certificate()))
        header = {"Authorization": f"Bearer {token}"}
        assert Client().get("/api/v1/companies", headers=header).status_code == 401
        named = Client().get("/api/v1/companies", headers={**header, "X-Client-Cert": "x"})
        assert named.status_code in (400, 401)
