# SPDX-License-Identifier: Apache-2.0
"""Access tokens are signed by a real vault, with a key that never leaves it."""

from typing import Any

import jwt
import pytest
from django.test import Client

from cortex import clock
from cortex.container.override import override
from cortex.ports.key_management import KeyManagement
from cortex.ports.principal import Principal
from cortex.programs.clients.issue_token import issue_token
from cortex.programs.keys.rotate_key import rotate_key
from cortex.programs.models import SigningKey
from cortex.secrets.vault.errors import VaultMustPermit
from cortex.secrets.vault.session import VaultSession
from cortex.secrets.vault.transit import TransitKeyManagement
from tests.factories.people import create_user, service_client
from tests.factories.programs import opens
from tests.frame.openbao import OpenBao

pytestmark = pytest.mark.django_db


def token() -> str:
    return issue_token(client_id="robot", scopes=["accounting:read"], at=clock.now())


def key_of(text: str) -> Any:
    keys = jwt.PyJWKSet.from_dict(Client().get("/o/.well-known/jwks.json").json())
    return keys[jwt.get_unverified_header(text)["kid"]]


def test_tokens_of_the_vault_open_the_api_before_and_after_it_rotates_the_key(
    bao: OpenBao, session: VaultSession
) -> None:
    service_client(create_user(username="robot", kind="service"))
    with override(KeyManagement, TransitKeyManagement(session)):
        first = token()
        bao.root().secrets.transit.rotate_key("cortex-tokens")
        second = token()
        assert jwt.get_unverified_header(first)["kid"] != jwt.get_unverified_header(second)["kid"]
        for each in (first, second):
            claims = jwt.decode(each, key_of(each), algorithms=["EdDSA"], options={"verify_aud": False})
            assert claims["client_id"] == "robot"
            assert opens(each) == 200
        assert set(SigningKey.objects.values_list("keeper", flat=True)) >= {"transit"}


def test_the_program_may_not_rotate_the_vaults_key_by_itself(bao: OpenBao, session: VaultSession) -> None:
    with override(KeyManagement, TransitKeyManagement(session)):
        token_before = SigningKey.objects.count()
        with pytest.raises(VaultMustPermit):
            rotate_key(rotated_by=Principal.service("console"))
        assert SigningKey.objects.count() == token_before
