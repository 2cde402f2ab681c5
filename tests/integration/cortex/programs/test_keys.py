# SPDX-License-Identifier: Apache-2.0
"""The key that signs tokens is replaced with overlap, and withdrawn at once."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import StringIO

import jwt
import pytest
from django.core.management import call_command
from django.test import Client

from cortex import clock
from cortex.confidential import Secret
from cortex.container.override import override
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.clients.issue_token import issue_token
from cortex.programs.errors import SigningKeyMustBeTrusted
from cortex.programs.keys.ring import KEY_ID, SigningKeys
from cortex.programs.keys.rotate_key import list_keys, rotate_if_due, rotate_key, withdraw_key
from cortex.programs.models import SigningKey
from cortex.programs.tasks import rotate_key_if_due
from cortex.secrets.keyring.local import LocalKeyManagement
from tests.factories.clocks import clock_after
from tests.factories.people import create_user, service_client
from tests.factories.programs import opens

pytestmark = pytest.mark.django_db
CONSOLE = Principal.service("console")


class Drawer:
    """Keeps key material in memory, as a sealed file would."""

    keeper = "drawer"
    remedy = "none"

    def __init__(self) -> None:
        self._versions: dict[int, Secret] = {1: Secret("11" * 32)}

    def versions(self, *, key_id: str) -> Mapping[int, Secret]:
        return self._versions

    def add_version(self, *, key_id: str) -> int:
        number = max(self._versions) + 1
        self._versions[number] = Secret(f"{number:02d}" * 32)
        return number


@pytest.fixture
def keeper() -> Iterator[LocalKeyManagement]:
    """Put a keeper behind the port whose key can be rotated, and forget the key of this installation."""
    keys = LocalKeyManagement(Drawer())
    SigningKey.objects.all().delete()
    with override(KeyManagement, keys):
        service_client(create_user(username="robot", kind="service"))
        yield keys


def token() -> str:
    return issue_token(client_id="robot", scopes=["accounting:read"], at=clock.now())


def kid_of(text: str) -> str:
    return str(jwt.get_unverified_header(text)["kid"])


def shown() -> list[str]:
    get(SigningKeys).forget()
    return [key["kid"] for key in Client().get("/o/.well-known/jwks.json").json()["keys"]]


class TestRotation:
    def test_signs_with_the_new_key_and_believes_the_old_one(self, keeper: LocalKeyManagement) -> None:
        old = token()
        kid = rotate_key(rotated_by=CONSOLE)
        new = token()
        assert kid_of(new) == kid != kid_of(old)
        assert shown() == [kid_of(old), kid]
        assert (opens(old), opens(new)) == (200, 200)

    def test_at_the_keeper_itself_is_noticed_by_the_next_signature(self, keeper: LocalKeyManagement) -> None:
        old = token()
        keeper.rotate(key_id=KEY_ID)
        new = token()
        assert kid_of(new) != kid_of(old)
        assert (opens(old), opens(new)) == (200, 200)

    def test_forgets_the_old_key_when_its_last_token_is_over(self, keeper: LocalKeyManagement) -> None:
        old = kid_of(token())
        new = rotate_key(rotated_by=CONSOLE)
        with override(Clock, clock_after(timedelta(seconds=3600))):
            assert shown() == [old, new]
        with override(Clock, clock_after(timedelta(seconds=3700))):
            assert shown() == [new]

    def test_is_due_after_three_months(self, keeper: LocalKeyManagement) -> None:
        old = kid_of(token())
        assert rotate_if_due(rotated_by=CONSOLE) is None
        with override(Clock, clock_after(timedelta(days=91))):
            assert rotate_if_due(rotated_by=CONSOLE) not in (None, old)

    def test_that_only_an_operator_can_do_stops_no_schedule(self) -> None:
        service_client(create_user(username="robot", kind="service"))
        before = kid_of(token())
        with override(Clock, clock_after(timedelta(days=91))):
            rotate_key_if_due()
        assert kid_of(token()) == before


class TestWithdrawal:
    def test_ends_what_the_key_signed(self, keeper: LocalKeyManagement) -> None:
        old = token()
        new = rotate_key(rotated_by=CONSOLE)
        withdraw_key(kid=kid_of(old), withdrawn_by=CONSOLE)
        assert (opens(old), opens(token())) == (401, 200)
        assert shown() == [new]

    def test_of_the_key_that_signs_stops_signing_until_it_is_rotated(
        self, keeper: LocalKeyManagement
    ) -> None:
        withdraw_key(kid=kid_of(token()), withdrawn_by=CONSOLE)
        with pytest.raises(SigningKeyMustBeTrusted, match="Rotate it"):
            token()
        rotate_key(rotated_by=CONSOLE)
        assert opens(token()) == 200


class TestCommand:
    def test_lists_rotates_and_withdraws(self, keeper: LocalKeyManagement) -> None:
        old = kid_of(token())
        out = StringIO()
        call_command("oauth_keys", "rotate", stdout=out)
        new = out.getvalue().strip()
        call_command("oauth_keys", "withdraw", old)
        listed = StringIO()
        call_command("oauth_keys", "list", stdout=listed)
        assert listed.getvalue().splitlines() == [
            f"{new}  drawer version 2  signs",
            f"{old}  drawer version 1  withdrawn",
        ]

    def test_publishes_what_the_keeper_has(self, keeper: LocalKeyManagement) -> None:
        token()
        keeper.rotate(key_id=KEY_ID)
        out = StringIO()
        call_command("oauth_keys", "publish", stdout=out)
        assert list_keys(asked_by=CONSOLE)[0].kid == out.getvalue().strip()


class TestPrivateHalf:
    def test_is_nowhere_but_at_its_keeper(self, keeper: LocalKeyManagement) -> None:
        token()
        stored = SigningKey.objects.values().get()
        public = keeper.public_key(key_id=KEY_ID)
        assert bytes(stored["public_key"]) == public.raw
        assert not {"11" * 16} & set(map(str, stored.values()))
