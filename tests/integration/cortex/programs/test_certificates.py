# SPDX-License-Identifier: Apache-2.0
"""A client whose terms ask for a certificate is served with it alone, and its tokens are bound to it."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client, RequestFactory

from cortex import clock
from cortex.identity.peer_certificates import PeerCertificate
from cortex.identity.users import active_user
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.clients.create_client import create_client
from cortex.programs.tokens.bearer import accepted
from cortex.programs.views.tokens import TokenView
from cortex.tenancy.companies import company_id_for
from tests.factories.books import open_books
from tests.factories.people import create_user, let_in

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


class TestPolicy:
    """The second lock, behind the door that refuses the token itself."""

    COMPANY = "/api/v1/companies/DEMO/accounts"

    @pytest.fixture
    def token(self, secret: str) -> str:
        books = open_books(code="DEMO")
        robot = active_user(username="robot")
        let_in(company_id=books.company_id, user_id=robot.id, roles=["accountant"])
        return token_from(fetch(secret, certificate()))

    def ask(self, token: str, peer: PeerCertificate | None, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setattr("cortex.api.authentication.peer_certificate", lambda request: peer)
        monkeypatch.setattr("cortex.identity.principals.peer_certificate", lambda request: peer)
        client = Client(raise_request_exception=False)
        return client.get(self.COMPANY, headers={"Authorization": f"Bearer {token}"})

    def test_lets_the_client_in_with_its_certificate_alone(
        self, token: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.ask(token, certificate(), monkeypatch).status_code == 200
        assert self.ask(token, None, monkeypatch).status_code == 401

    def test_refuses_where_the_door_forgot_to(self, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cortex.programs.tokens.bearer.has_its_certificate", lambda *given: True)
        monkeypatch.setattr("cortex.programs.tokens.bearer._is_shown_by_its_holder", lambda *given: True)
        assert self.ask(token, certificate(), monkeypatch).status_code == 200
        for peer in (None, certificate("spiffe://cortex/other")):
            refused = self.ask(token, peer, monkeypatch)
            assert (refused.status_code, refused.json()["code"]) == (403, "policy.certificate_must_be_shown")

    def test_asks_no_other_client_for_one(self, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = Principal(
            kind="client",
            id="robot",
            user_id=active_user(username="robot").id,
            scopes=frozenset({"accounting:read"}),
        )
        company_id = company_id_for(code="DEMO")
        decided = get(Authorizer).decide(
            principal=plain, action="accounting.books.read", company_id=company_id
        )
        assert decided.is_allowed
