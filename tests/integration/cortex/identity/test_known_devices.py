# SPDX-License-Identifier: Apache-2.0
"""A sign-in from a device that is new for somebody is told to them by letter, and keeps nobody out."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.test import Client

from cortex.container.override import override
from cortex.identity.devices import network_of
from cortex.identity.known_devices import KEPT_FOR, NEW_DEVICE, forget_old_devices
from cortex.identity.models import KnownDevice, SignedInSession
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.retention import Forgotten
from cortex.ports.vault import VaultMustBeReachable
from tests.factories.clocks import clock_after
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user
from tests.factories.sessions import is_let_in

pytestmark = pytest.mark.django_db(databases=["default", "service"])
SCHEDULER = Principal.service("scheduler")
PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
HOME, SAME_PROVIDER, ELSEWHERE = "203.0.113.9", "203.0.7.1", "198.51.100.7"


@dataclass
class Postman:
    """Remembers letters, unless the vault that seals them is away."""

    is_away: bool = False
    letters: list[tuple[LetterTo, str, str]] = field(default_factory=list)

    def queue(self, *, to: LetterTo, topic: str, body: str, **_more: object) -> None:
        if self.is_away:
            raise VaultMustBeReachable("The vault is sealed.", evidence={})
        self.letters.append((to, topic, body))


def signs_in(agent: str, address: str, postman: Postman | None = None) -> Postman:
    """Sign Alice in and return who carried the letters."""
    postman, client = postman or Postman(), Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    with override(Letters, postman):
        client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
    assert is_let_in(client)
    return postman


@pytest.fixture(autouse=True)
def _alice() -> None:
    create_user(username="alice", password=PASSWORD, email="alice@example.test")


class TestSignIn:
    def test_for_the_first_time_is_not_told(self) -> None:
        assert signs_in(FIREFOX, HOME).letters == []
        assert KnownDevice.objects.count() == 1

    def test_from_a_known_device_is_not_told(self) -> None:
        signs_in(FIREFOX, HOME)
        SignedInSession.objects.all().delete()
        assert signs_in(FIREFOX, HOME).letters == []
        assert signs_in(FIREFOX, SAME_PROVIDER).letters == []

    @pytest.mark.parametrize(("agent", "address"), [(EDGE, HOME), (FIREFOX, ELSEWHERE)])
    def test_from_another_browser_or_network_is_told_once(self, agent: str, address: str) -> None:
        signs_in(FIREFOX, HOME)
        with watched_leaves() as log:
            ((to, topic, body),) = signs_in(agent, address).letters
        session = SignedInSession.objects.latest("began_at")
        assert (to.user_id, topic) == (session.user_id, "identity.new_device")
        assert (session.device in body, network_of(address) in body, address in body) == (True, True, False)
        assert log.verbs == ["identity.session.began", NEW_DEVICE]
        assert str(session.session_key) not in body
        assert signs_in(agent, address).letters == []

    def test_that_failed_is_not_told(self) -> None:
        signs_in(FIREFOX, HOME)
        postman = Postman()
        with override(Letters, postman):
            form = {"username": "alice", "password": "wrong"}
            Client(headers={"user-agent": EDGE}).post("/accounts/login/", form)
        assert (postman.letters, KnownDevice.objects.count()) == ([], 1)

    def test_is_let_in_without_the_vault_and_told_the_next_time(self) -> None:
        signs_in(FIREFOX, HOME)
        signs_in(EDGE, HOME, Postman(is_away=True))
        assert KnownDevice.objects.count() == 1
        assert len(signs_in(EDGE, HOME).letters) == 1


class TestKnownDevice:
    def test_is_a_digest_that_holds_no_address(self) -> None:
        signs_in(FIREFOX, HOME)
        kept = KnownDevice.objects.values_list("fingerprint", flat=True).get()
        assert len(kept) == len("0" * 64)

    def test_is_forgotten_after_half_a_year(self) -> None:
        signs_in(FIREFOX, HOME)
        for later, gone in ((-timedelta(days=1), 0), (timedelta(days=1), 1)):
            with override(Clock, clock_after(KEPT_FOR + later)):
                assert forget_old_devices(forgotten_by=SCHEDULER) == Forgotten(gone, 0)
        assert len(signs_in(FIREFOX, HOME).letters) == 1


class TestNetwork:
    def test_is_coarse_for_both_kinds_of_addresses(self) -> None:
        assert network_of(HOME) == "203.0.0.0/16"
        assert network_of("2001:db8:1:2::3") == "2001:db8::/32"
        assert network_of("") == ""
