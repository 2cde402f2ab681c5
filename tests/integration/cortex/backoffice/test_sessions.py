# SPDX-License-Identifier: Apache-2.0
"""Sessions in the administration: whoever runs the platform sees where people are signed in, and ends it."""

import pytest
from django.test import Client

from cortex.identity.models import SignedInSession
from tests.factories.leaves import watched_leaves
from tests.factories.people import cast, create_user
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

# Of what belongs to no company, the trail beside it is read by the service role.
pytestmark = pytest.mark.django_db(databases=["default", "service"])
LIST = "/admin/identity/signedinsession/"
PASSWORD = "correct horse battery"  # pragma: allowlist secret
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def paula(db: None) -> Client:
    return sign_in(Client(), platform_administrator("paula"))


def signed_in(name: str) -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    client.post("/accounts/login/", {"username": name, "password": PASSWORD})
    return client


class TestSessions:
    def test_are_shown_by_device_and_never_by_key(self, paula: Client) -> None:
        create_user(username="dora", password=PASSWORD)
        signed_in("dora")
        session = SignedInSession.objects.get()
        shown = page(paula.get(LIST)) + page(paula.get(f"{LIST}{session.pk}/change/"))
        assert "Firefox on Linux" in shown
        assert "127.0.0.1" in shown
        assert session.session_key not in shown

    def test_that_are_over_are_not_shown(self, paula: Client) -> None:
        create_user(username="dora", password=PASSWORD)
        dora = signed_in("dora")
        dora.session.delete()
        assert SignedInSession.objects.exists()
        assert "Firefox on Linux" not in page(paula.get(LIST))

    def test_end_one_by_one(self, paula: Client) -> None:
        create_user(username="dora", password=PASSWORD)
        first, second = signed_in("dora"), signed_in("dora")
        session = SignedInSession.objects.get(session_key=first.session.session_key)
        assert paula.get(f"{LIST}{session.pk}/end/").status_code == 200
        assert first.get("/accounts/security/").status_code == 200
        with watched_leaves() as log:
            assert paula.post(f"{LIST}{session.pk}/end/").status_code == 302
        assert log.verbs == ["identity.session.ended"]
        assert first.get("/accounts/security/").status_code == 302
        assert second.get("/accounts/security/").status_code == 200

    def test_end_all_of_a_person_and_of_nobody_else(self, paula: Client) -> None:
        for name in ("dora", "erik"):
            create_user(username=name, password=PASSWORD)
        first, second, other = signed_in("dora"), signed_in("dora"), signed_in("erik")
        session = SignedInSession.objects.filter(user__username="dora")[0]
        assert paula.post(f"{LIST}{session.pk}/end-all/").status_code == 302
        let_in = [client.get("/accounts/security/").status_code for client in (first, second, other)]
        assert let_in == [302, 302, 200]

    def test_are_nobody_elses_business(self, db: None) -> None:
        people = cast()
        create_user(username="dora", password=PASSWORD)
        dora = signed_in("dora")
        session = SignedInSession.objects.get(user__username="dora")
        for user in (people.alice, people.bob, people.charlie):
            client = staff(user)
            for path in (LIST, f"{LIST}{session.pk}/end/", f"{LIST}{session.pk}/end-all/"):
                assert client.post(path).status_code in (403, 404), path
        assert dora.get("/accounts/security/").status_code == 200
