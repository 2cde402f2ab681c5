# SPDX-License-Identifier: Apache-2.0
"""What a repository lists no more is revoked here, and stopped in every company."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.plugins.domain.lifecycle_errors import VersionMustNotBeRevoked
from apps.plugins.models import FetchedBundle, Installation, PluginVersion
from apps.plugins.selectors.installations import installation_of
from apps.plugins.services.check_plugins import check_plugins
from apps.plugins.services.enable_plugin import enable_plugin
from apps.plugins.services.marketplace.withdraw_target import revoke_delegation, withdraw_target
from apps.plugins.services.repositories.fetch_plugin import fetch_plugin
from apps.plugins.services.repositories.refresh_repositories import refresh_repositories
from cortex import clock
from cortex.events.models import OutboxEvent
from cortex.identity.models import User
from cortex.mail.models import OutgoingMail
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.installed_plugins import GUARD, InCompany
from tests.factories.leaves import watched_leaves
from tests.factories.marketplace import CONSOLE, Marketplace
from tests.factories.people import cast
from tests.factories.served_repository import Served

SCHEDULER = Principal.service("scheduler")


@pytest.fixture
def acme(served: Served) -> InCompany:
    """A company that runs what was fetched."""
    fetch_plugin(repository="plugins", plugin_id=GUARD, fetched_by=CONSOLE, source=served)
    people = cast("ACME")
    User.objects.filter(id=people.alice_principal.user_id).update(email="alice@example.org")
    company = InCompany(company_id=people.company.id, by=people.alice_principal)
    with scope([company.company_id]):
        company.install()
    return company


def installed(company: InCompany) -> Installation:
    with scope([company.company_id]):
        return installation_of(company_id=company.company_id, plugin_id=GUARD)


def withdraw() -> Any:
    return withdraw_target(
        plugin_id=GUARD, version="1.0.0", channel="stable", reason="Bad", withdrawn_by=CONSOLE
    )


def revoke_publisher() -> Any:
    return revoke_delegation(publisher="com.example", reason="Not theirs", revoked_by=CONSOLE)


class TestRefresh:
    @pytest.mark.parametrize("gone", [withdraw, revoke_publisher])
    def test_revokes_and_stops_what_is_gone(
        self, gone: Callable[[], Any], shop: Marketplace, served: Served, acme: InCompany
    ) -> None:
        refresh_repositories(refreshed_by=SCHEDULER, source=served)
        assert installed(acme).state == "enabled"
        gone()
        with watched_leaves() as leaves:
            refresh_repositories(refreshed_by=SCHEDULER, source=served)
        version = PluginVersion.objects.get()
        assert version.revoked_at is not None
        assert version.revoked_reason.startswith("Repository plugins lists it no more since ")
        assert leaves.verbs == ["plugins.version.revoke", "plugins.installation.stop"]
        with scope([acme.company_id]):
            row = installation_of(company_id=acme.company_id, plugin_id=GUARD)
            assert (row.state, row.state_reason[:45]) == (
                "disabled",
                "Version 1.0.0 was revoked: Repository plugins",
            )
            leaf = AuditEntry.objects.get(object_id=row.id, verb="plugins.installation.stop")
            assert leaf.actor == "service:scheduler"
            assert OutgoingMail.objects.filter(topic="plugins.stopped").count() == 1
            assert OutboxEvent.objects.filter(aggregate_id=row.id).count() == 2
            with pytest.raises(VersionMustNotBeRevoked):
                enable_plugin(company_id=acme.company_id, plugin_id=GUARD, enabled_by=acme.by)

    def test_does_so_once(self, shop: Marketplace, served: Served, acme: InCompany) -> None:
        withdraw()
        with watched_leaves() as leaves:
            for _ in range(2):
                refresh_repositories(refreshed_by=SCHEDULER, source=served)
            assert check_plugins(checked_by=SCHEDULER).stopped == {}
        assert leaves.verbs.count("plugins.version.revoke") == 1


class TestNight:
    def test_revokes_what_a_refresh_only_wrote_down(self, shop: Marketplace, acme: InCompany) -> None:
        """A process that was killed between noting and revoking, or an update from before it did."""
        FetchedBundle.objects.update(gone_at=clock.now())
        checked = check_plugins(checked_by=SCHEDULER)
        assert (checked.count, dict(checked.stopped), list(checked.not_checked)) == (
            1,
            {f"{GUARD} 1.0.0": "plugins.repository_must_have_target"},
            [],
        )
        assert PluginVersion.objects.get().revoked_at is not None
        assert installed(acme).state == "disabled"
