# SPDX-License-Identifier: Apache-2.0
"""Releases reach the signed repository, and leave it, by what people decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.plugins.adapters.stored_releases import StoredReleases
from apps.plugins.domain.marketplace.approved_release import ReleaseRegister
from apps.plugins.models import Release, RepositoryTarget
from apps.plugins.services.marketplace.install_root import install_root
from apps.plugins.services.marketplace.publish_releases import publish_releases
from apps.plugins.services.marketplace.revoke_publisher_key import revoke_publisher_key
from apps.plugins.services.marketplace.withdraw_release import withdraw_release
from cortex import clock
from cortex.container.override import override
from tests.factories.clocks import StoppedClock
from tests.factories.marketplace import CONSOLE, Marketplace
from tests.factories.people import just_signed_in
from tests.factories.publishing import Market, signer


def test_without_a_signing_service_releases_wait(market: Market) -> None:
    market.released(is_out=False)
    assert publish_releases() == 0
    release = Release.objects.get()
    assert (release.published_at, release.hindrance[:8]) == (None, "plugins.")


class TestRepository:
    @pytest.fixture
    def shop(self, market: Market, tmp_path: Path) -> Marketplace:
        return Marketplace(tmp_path, StoppedClock(clock.now()), register=StoredReleases())  # type: ignore[arg-type]

    def test_has_what_was_released_and_not_what_was_withdrawn(
        self, market: Market, shop: Marketplace
    ) -> None:
        release = market.released(is_out=False)
        with repository(shop):
            install_root(untrusted_root=shop.root(), installed_by=CONSOLE)
            assert (publish_releases(), publish_releases()) == (1, 0)
        target = RepositoryTarget.objects.get()
        assert (target.plugin_id, target.channel, target.withdrawn_at) == (
            "com.example.guard",
            "stable",
            None,
        )
        release.refresh_from_db()
        assert release.published_at is not None
        withdraw_release(
            plugin_id="com.example.guard",
            version="1.0.0",
            reason="A hole.",
            is_revoked=True,
            withdrawn_by=just_signed_in(market.dana),
        )
        with repository(shop):
            assert publish_releases() == 1
        target.refresh_from_db()
        assert target.withdrawn_reason == "A hole."

    def test_signs_nothing_of_a_publisher_without_a_key(self, market: Market, shop: Marketplace) -> None:
        market.released(is_out=False)
        revoke_publisher_key(
            namespace="com.example",
            keyid=signer(1).public_key.keyid,
            reason="It leaked.",
            revoked_by=just_signed_in(market.paula),
        )
        with repository(shop):
            install_root(untrusted_root=shop.root(), installed_by=CONSOLE)
            assert publish_releases() == 0
        assert not RepositoryTarget.objects.exists()


@contextmanager
def repository(shop: Marketplace) -> Iterator[None]:
    """Stand for the ports, with the register that reads the tables."""
    with shop.open(), override(ReleaseRegister, StoredReleases()):
        yield
