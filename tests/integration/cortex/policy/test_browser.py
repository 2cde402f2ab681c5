# SPDX-License-Identifier: Apache-2.0
"""The policy that browsers get: strict, and relaxed below the admin only."""

import pytest
from django.test import Client

from tests.factories.people import create_user
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def directives(client: Client, path: str) -> dict[str, list[str]]:
    policy = client.get(path).headers["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


class TestContentSecurityPolicy:
    @pytest.mark.parametrize("path", ["/accounts/login/", "/api/v1/docs/", "/api/v1/companies", "/nowhere"])
    def test_allows_nothing_inline_and_no_other_host(self, path: str) -> None:
        found = directives(Client(), path)
        assert found["default-src"] == ["'none'"]
        assert found["frame-ancestors"] == ["'none'"]
        assert not any("unsafe" in source for sources in found.values() for source in sources)
        assert not any("://" in source or source == "*" for sources in found.values() for source in sources)

    def test_names_a_new_nonce_with_each_page(self) -> None:
        nonces = {directives(Client(), "/accounts/login/")["style-src"][-1] for _ in range(2)}
        assert len(nonces) == 2
        assert all(nonce.startswith("'nonce-") for nonce in nonces)

    def test_lets_the_admin_evaluate_its_attributes(self) -> None:
        client = Client()
        sign_in(client, create_user(username="root", is_platform_administrator=True))
        found = directives(client, "/admin/")
        assert "'unsafe-eval'" in found["script-src"]
        assert "'unsafe-inline'" not in found["script-src"]
        assert found["style-src"] == ["'self'", "'unsafe-inline'"]
