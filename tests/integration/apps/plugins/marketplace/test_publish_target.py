# SPDX-License-Identifier: Apache-2.0
"""What is published is listed by its publisher's role, and served as it was signed."""

import hashlib
import json

import pytest

from apps.plugins.domain.marketplace.errors import ReleaseMustBeApproved
from apps.plugins.models import RepositoryMetadata, RepositoryTarget
from apps.plugins.selectors.repository import served_metadata, served_target
from apps.plugins.services.marketplace.publish_target import publish_target
from apps.plugins.services.marketplace.withdraw_target import revoke_delegation, withdraw_target
from tests.factories.marketplace import BOB, CONSOLE, Marketplace, approved, bundle_of

PATH = "com.example/com.example.guard/com.example.guard-1.0.0.cortex-plugin"


def listed(role: str) -> list[str]:
    row = RepositoryMetadata.objects.filter(role=role).order_by("-version").first()
    assert row is not None
    return sorted(json.loads(bytes(row.content))["signed"]["targets"])


class TestPublishTarget:
    def test_lists_the_bundle_with_both_signatures(self, shop: Marketplace) -> None:
        bundle = shop.release()
        row = RepositoryTarget.objects.get()
        assert row.path == PATH
        assert listed("com.example") == [PATH]
        head, _, tail = PATH.rpartition("/")
        served = served_target(name=f"{head}/{row.bundle_id}.{tail}")
        assert served is not None
        assert hashlib.sha256(served).hexdigest() == row.bundle_id
        assert served != bundle

    def test_changes_nothing_when_it_is_asked_again(self, shop: Marketplace) -> None:
        bundle = shop.release()
        before = RepositoryMetadata.objects.count()
        publish_target(bundle=bundle, channel="stable", publisher="com.example", released_by=CONSOLE)
        assert RepositoryMetadata.objects.count() == before

    def test_refuses_what_one_person_approved_alone(self, shop: Marketplace) -> None:
        bundle = bundle_of()
        told = approved(bundle, released_by=BOB)
        shop.register.releases[told.bundle_digest] = told
        with pytest.raises(ReleaseMustBeApproved):
            publish_target(bundle=bundle, channel="stable", publisher="com.example", released_by=CONSOLE)
        assert not RepositoryTarget.objects.exists()


class TestWithdrawTarget:
    def test_lists_it_no_more_and_serves_it_no_more(self, shop: Marketplace) -> None:
        shop.release()
        row = withdraw_target(
            plugin_id="com.example.guard",
            version="1.0.0",
            channel="stable",
            reason="Bad",
            withdrawn_by=CONSOLE,
        )
        head, _, tail = row.path.rpartition("/")
        assert listed("com.example") == []
        assert served_target(name=f"{head}/{row.bundle_id}.{tail}") is None


class TestRevokeDelegation:
    def test_ends_the_publisher_in_the_list_of_publishers(self, shop: Marketplace) -> None:
        shop.release()
        revoke_delegation(publisher="com.example", reason="Stolen key", revoked_by=CONSOLE)
        row = RepositoryMetadata.objects.filter(role="targets").order_by("-version").first()
        assert row is not None
        assert json.loads(bytes(row.content))["signed"]["delegations"]["roles"] == []


class TestServedMetadata:
    @pytest.mark.parametrize(
        "name",
        [
            "root.json",
            "01.root.json",
            "../timestamp.json",
            "1.timestamp.json",
            "99.root.json",
            "targets.json",
        ],
    )
    def test_is_none_by_other_names(self, name: str, shop: Marketplace) -> None:
        assert served_metadata(name=name) is None

    def test_has_the_timestamp_without_and_the_rest_with_a_version(self, shop: Marketplace) -> None:
        for name, is_lasting in (("timestamp.json", False), ("1.root.json", True), ("1.snapshot.json", True)):
            found = served_metadata(name=name)
            assert found is not None
            assert found[1] is is_lasting
