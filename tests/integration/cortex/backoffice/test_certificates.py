# SPDX-License-Identifier: Apache-2.0
"""Certificates in the administration: what lives how long, and the way to take one back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from cortex import clock
from cortex.pki.models import Certificate
from cortex.pki.recording import record_issued
from cortex.ports.principal import Principal
from tests.factories.people import cast
from tests.factories.sessions import sign_in
from tests.frame.authority import Estate, now
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

# Of what belongs to no company, the trail beside it is read by the service role.
pytestmark = pytest.mark.django_db(databases=["default", "service"])
LIST, HOPS = "/admin/pki/certificate/", "/admin/certificates/hops/"


@pytest.fixture
def paula(db: None) -> Client:
    return sign_in(Client(), platform_administrator("paula"))


def issued(estate: Estate, service: str) -> Certificate:
    estate.holding(service)
    record_issued(issued=estate.authority.issued(), recorded_by=Principal.service("console"), at=now())
    return Certificate.objects.get(spiffe_id=f"spiffe://cortex/{service}")


class TestCertificates:
    def test_say_how_long_they_live(self, paula: Client) -> None:
        for number, (age, left) in enumerate(((1, 23), (20, 4), (30, -6))):
            Certificate.objects.create(
                serial=f"{number:x}",
                spiffe_id=f"spiffe://cortex/web-{number}",
                starts_at=clock.now() - timedelta(hours=age),
                ends_at=clock.now() + timedelta(hours=left),
                recorded_at=clock.now(),
            )
        shown = page(paula.get(LIST))
        assert [shown.count(f">{word}</span>") for word in ("valid", "expiring soon", "expired")] == [1, 1, 1]
        assert "1.0 days" in shown

    def test_are_taken_back_at_the_authority(
        self, paula: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        estate = Estate(tmp_path)
        row = issued(estate, "worker")
        monkeypatch.setenv("PKI_DIRECTORY", str(estate.directory / estate.name))
        assert paula.get(f"{LIST}{row.pk}/revoke/").status_code == 200
        assert estate.authority.issued()[0].revoked_at is None
        assert paula.post(f"{LIST}{row.pk}/revoke/", {"keeper": "files"}).status_code == 302
        assert estate.authority.issued()[0].revoked_at is not None
        assert "revoked" in page(paula.get(f"{LIST}{row.pk}/change/"))

    def test_stay_as_they_are_where_the_authority_is_elsewhere(
        self, paula: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = issued(Estate(tmp_path), "worker")
        monkeypatch.setenv("PKI_DIRECTORY", str(tmp_path / "nothing"))
        answer = paula.post(f"{LIST}{row.pk}/revoke/", {"keeper": "files"})
        assert answer.status_code == 422
        assert "cortex certificates revoke" in answer.content.decode()
        assert Certificate.objects.get().revoked_at is None

    def test_stand_beside_the_connections_that_they_cover(self, paula: Client, tmp_path: Path) -> None:
        row = issued(Estate(tmp_path), "worker")
        shown = page(paula.get(HOPS))
        assert "PostgreSQL" in shown
        assert "never leaves the machine" in shown
        assert row.serial in shown

    def test_are_not_for_everybody(self, db: None, tmp_path: Path) -> None:
        row, people = issued(Estate(tmp_path), "worker"), cast()
        for user in (people.alice, people.bob, people.charlie):
            client = staff(user)
            for path in (LIST, f"{LIST}{row.pk}/revoke/"):
                assert client.post(path, {"keeper": "files"}).status_code in (403, 404), path
            assert client.get(HOPS).status_code == 403
