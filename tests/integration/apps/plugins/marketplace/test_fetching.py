# SPDX-License-Identifier: Apache-2.0
"""An installation takes plugins from a repository that it trusts, and learns what was withdrawn."""

from datetime import timedelta
from typing import Any

import pytest

from apps.plugins.adapters.repository.revocations import stale_repositories, withdrawn_bundles
from apps.plugins.adapters.repository.root import read_root
from apps.plugins.domain import repository_errors as errors
from apps.plugins.domain.marketplace.errors import KeysMustDiffer, RootMustBeSigned, RootMustBeWellFormed
from apps.plugins.models import PluginVersion, TrustedRepository
from apps.plugins.services.marketplace.withdraw_target import withdraw_target
from apps.plugins.services.repositories.fetch_plugin import fetch_plugin
from apps.plugins.services.repositories.refresh_repositories import refresh_repositories
from apps.plugins.services.repositories.trust_repository import trust_repository
from apps.plugins.services.repositories.visit_repository import trusted_repository, visited
from cortex.errors import CortexError
from tests.factories.installed_plugins import bundle
from tests.factories.marketplace import CONSOLE, HOLDERS, Marketplace
from tests.factories.plugin_bundles import STRANGER, renamed
from tests.factories.served_repository import BASE, Served


def fetch(served: Served, **more: Any) -> PluginVersion:
    told = {"repository": "plugins", "plugin_id": "com.example.guard", **more}
    return fetch_plugin(fetched_by=CONSOLE, source=served, **told)


def withdraw() -> None:
    withdraw_target(
        plugin_id="com.example.guard", version="1.0.0", channel="stable", reason="Bad", withdrawn_by=CONSOLE
    )


class TestFetch:
    def test_adds_the_newest_version_of_the_channel(self, shop: Marketplace, served: Served) -> None:
        shop.release_bundle(bundle(version="1.10.0", reviewed_by=None), "1.10.0")
        shop.release_bundle(bundle(version="2.0.0", reviewed_by=None), "2.0.0", channel="beta")
        added = fetch(served)
        assert (added.version, added.origin) == ("1.10.0", "repository")
        assert fetch(served, version="1.0.0").version == "1.0.0"
        assert fetch(served, channel="beta").version == "2.0.0"

    @pytest.mark.parametrize(
        "more",
        [
            {"version": "9.9.9"},
            {"plugin_id": "com.example.other"},
            {"plugin_id": "org.other.guard"},
            {"channel": "beta"},
            {"version": "1.0.0", "channel": "beta"},
        ],
    )
    def test_tells_what_is_not_there(self, more: dict[str, str], served: Served) -> None:
        with pytest.raises(errors.RepositoryMustHaveTarget):
            fetch(served, **more)

    def test_wants_a_repository_that_is_trusted(self, served: Served) -> None:
        with pytest.raises(errors.RepositoryMustBeTrusted):
            fetch(served, repository="others")

    def test_adds_nothing_that_was_tampered_with(self, shop: Marketplace, served: Served) -> None:
        shop.clock.at += timedelta(hours=25)
        with pytest.raises(errors.RepositoryMustBeFresh):
            fetch(served)
        assert not PluginVersion.objects.exists()

    def test_keeps_what_was_seen_beside_nobody_elses(self, shop: Marketplace, served: Served) -> None:
        mine = trusted_repository(name="plugins")
        fetch(served)
        shop.release("1.2.0", plugin_id="com.example.other")
        with pytest.raises(errors.RepositoryMustBeFree), visited(mine, source=served):
            pass


class TestRefresh:
    def test_notes_what_was_withdrawn_once_and_for_good(self, shop: Marketplace, served: Served) -> None:
        added = fetch(served)
        assert refresh_repositories(refreshed_by=CONSOLE, source=served)[0].gone == ()
        assert withdrawn_bundles() == {}
        withdraw()
        assert refresh_repositories(refreshed_by=CONSOLE, source=served)[0].gone == (added.bundle_digest,)
        assert "plugins lists it no more" in withdrawn_bundles()[added.bundle_digest]

    def test_tells_of_nothing_where_a_repository_is_away(self, shop: Marketplace, served: Served) -> None:
        fetch(served)
        served.instead["metadata/timestamp.json"] = None
        (told,) = refresh_repositories(refreshed_by=CONSOLE, source=served)
        assert told.refusal == "plugins.repository_must_answer"
        assert withdrawn_bundles() == {}
        later = shop.clock.now() + timedelta(days=7)
        assert stale_repositories(before=later) == ["plugins"]
        assert stale_repositories(before=shop.clock.now()) == []


class TestTrust:
    def test_wants_a_root_that_two_people_signed_with_two_keys(self, shop: Marketplace) -> None:
        metadata = read_root(shop.root())
        metadata.sign(HOLDERS[0])
        self._refused(metadata.to_bytes(), RootMustBeSigned)
        metadata.signed.add_key(renamed(HOLDERS[0].public_key, "f" * 64), "root")
        metadata.sign(HOLDERS[0])
        metadata.sign(HOLDERS[1], append=True)
        self._refused(metadata.to_bytes(), KeysMustDiffer)

    def test_wants_no_signature_that_counts_twice(self, shop: Marketplace) -> None:
        metadata = read_root(shop.root())
        metadata.sign(HOLDERS[0])
        metadata.sign(STRANGER, append=True)
        self._refused(metadata.to_bytes(), RootMustBeSigned)

    @pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"x" * 600_000])
    def test_wants_a_root(self, content: bytes, shop: Marketplace) -> None:
        self._refused(content, RootMustBeWellFormed)

    @pytest.mark.parametrize(
        ("url", "is_private"),
        [
            ("http://plugins.example/", False),
            ("http://plugins.example/", True),
            ("http://localhost/", False),
            ("ftp://plugins.example/", False),
            ("https://me:pw@plugins.example/", False),  # pragma: allowlist secret
            ("https://plugins.example/?a=b", False),
            ("https://plugins.example/ x", False),
            ("https://[::1", False),
        ],
    )
    def test_wants_a_safe_address(self, url: str, is_private: bool, shop: Marketplace) -> None:
        with pytest.raises(errors.RepositoryAddressMustBeAllowed):
            trust_repository(
                name="plugins",
                untrusted_root=shop.root(),
                url=url,
                allows_private_addresses=is_private,
                trusted_by=CONSOLE,
            )
        assert not TrustedRepository.objects.exists()

    def test_anew_forgets_no_version(self, shop: Marketplace, served: Served) -> None:
        fetch(served)
        before = trusted_repository(name="plugins").newest
        trust_repository(name="plugins", untrusted_root=shop.root(), url=BASE, trusted_by=CONSOLE)
        row = trusted_repository(name="plugins")
        assert (row.kept, row.newest) == ({}, before)
        served.instead["metadata/timestamp.json"] = None
        trust_repository(
            name="plugins", untrusted_root=shop.root(), url=BASE, begins_anew=True, trusted_by=CONSOLE
        )
        assert trusted_repository(name="plugins").newest == {}

    def _refused(self, root: bytes, kind: type[CortexError]) -> None:
        with pytest.raises(kind):
            trust_repository(name="plugins", untrusted_root=root, trusted_by=CONSOLE)
        assert not TrustedRepository.objects.exists()
