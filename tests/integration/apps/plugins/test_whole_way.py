# SPDX-License-Identifier: Apache-2.0
"""From an author's folder to a posting that it refuses in another installation, and back out of there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

import apps.plugins
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.stored_releases import StoredReleases
from apps.plugins.domain.lifecycle_errors import VersionMustNotBeRevoked
from apps.plugins.domain.repository_errors import RepositoryMustHaveTarget
from apps.plugins.domain.runtime_errors import ValidatorMustAccept
from apps.plugins.models import Installation, PluginVersion
from apps.plugins.selectors.installations import installation_of
from apps.plugins.services.ask_validators import VALIDATORS
from apps.plugins.services.enable_plugin import enable_plugin
from apps.plugins.services.marketplace.install_root import install_root
from apps.plugins.services.marketplace.publish_releases import publish_releases
from apps.plugins.services.marketplace.withdraw_target import revoke_delegation
from apps.plugins.services.repositories.fetch_plugin import fetch_plugin
from apps.plugins.services.repositories.refresh_repositories import refresh_repositories
from apps.plugins.services.repositories.trust_repository import trust_repository
from apps.plugins.services.widen_or_propose import install_or_propose
from cortex import clock
from cortex.approvals.approve import approve
from cortex.approvals.require_second_person import require_second_person
from cortex.identity.models import User
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal
from tests.factories.books import BANK, RENT, Books, EntryDraftFactory, open_books
from tests.factories.clocks import StoppedClock
from tests.factories.installed import code_from
from tests.factories.installed_plugins import trusted
from tests.factories.marketplace import CONSOLE, Marketplace
from tests.factories.people import just_signed_in, let_in, person
from tests.factories.publishing import Market, signer
from tests.factories.served_repository import BASE, Mirrored, mirrored
from tests.frame import clones
from tests.frame.aliases import connected_to
from tests.frame.components import built
from tests.frame.server import server
from tests.integration.apps.plugins.marketplace.trusting import trust_reviewer

pytestmark = pytest.mark.slow
EXAMPLES = Path(apps.plugins.__file__).parent / "sdk" / "examples"
POLICY, PUBLISHER = "org.codexion.posting-policy", "org.codexion"
SATURDAY = date(2026, 3, 14)


@dataclass(frozen=True)
class Two:
    """Two installations, each with a database of its own: the marketplace's, and that of a company."""

    marketplace: str
    company: str

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        VALIDATORS.forget()
        with connected_to(server(), database=name):
            yield


@pytest.fixture
def two(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker, components: Path
) -> Iterator[Two]:
    copies = [clones.copy(server(), template=database_template) for _ in range(2)]
    with django_db_blocker.unblock(), copies[0] as one, copies[1] as other, code_from(components):
        yield Two(one, other)


def test_a_plugin_goes_out_guards_a_company_and_is_taken_back(
    two: Two, components: Path, tmp_path: Path
) -> None:
    shop = Marketplace(tmp_path, StoppedClock(clock.now()), register=StoredReleases())  # type: ignore[arg-type]
    with two.at(two.marketplace):
        out = published(shop, component=built(name="posting_policy", directory=components, within=EXAMPLES))
    with two.at(two.company):
        books = guarded(shop, out)
        forbidden = EntryDraftFactory(amounts={BANK: -90_000, RENT: 90_000}, accounting_date=SATURDAY)
        with pytest.raises(ValidatorMustAccept, match="2026-03-14 is a Saturday"):
            books.post(forbidden)
        assert books.post(EntryDraftFactory(accounting_date=date(2026, 3, 16))).was_posted
    with two.at(two.marketplace), shop.open():
        revoke_delegation(publisher=PUBLISHER, reason="Its keys are lost.", revoked_by=CONSOLE)
        taken_back = mirrored()
    with two.at(two.company):
        (told,) = refresh_repositories(refreshed_by=Principal.service("scheduler"), source=taken_back)
        version = PluginVersion.objects.get()
        assert (told.refusal, told.gone) == ("", (version.bundle_digest,))
        row = installed(books)
        assert row.state == "disabled"
        assert "Repository plugins lists it no more" in row.state_reason
        # It is asked no more, and comes back by nobody's hand.
        VALIDATORS.forget()
        assert books.post(forbidden).was_posted
        with books.entered(), pytest.raises(VersionMustNotBeRevoked):
            enable_plugin(company_id=books.company_id, plugin_id=POLICY, enabled_by=installer(row))
        with pytest.raises(RepositoryMustHaveTarget):
            fetch(taken_back)


def published(shop: Marketplace, *, component: bytes) -> Mirrored:
    """Let a publisher send the example in, and others review, release and sign it; return what is served."""
    folder, market = EXAMPLES / "posting_policy", Market()
    market.publisher(namespace=PUBLISHER)
    row = market.submit(manifest=(folder / "plugin.yaml").read_bytes(), sources=read_sources(folder=folder))
    assert market.checked(row, component=component).state == "reviewable"
    assert market.approve(row).state == "approved"
    assert market.confirm(row).state == "confirmed"
    assert market.release(row).standing == "released"
    with shop.open():
        install_root(untrusted_root=shop.root(), installed_by=CONSOLE)
        assert publish_releases() == 1
        return mirrored()


def guarded(shop: Marketplace, out: Mirrored) -> Books:
    """Trust the marketplace, and let two people of a company install what it has."""
    books = open_books()
    alice, carl = person("alice"), person("carl")
    for each in (alice, carl):
        let_in(company_id=books.company_id, user_id=each.id, roles=["controller"])
    trust_repository(name="plugins", untrusted_root=shop.root(), url=BASE, trusted_by=CONSOLE)
    trusted(signer(1), publisher=PUBLISHER)
    trust_reviewer(shop)
    version = fetch(out)
    assert (str(version), version.origin) == (f"{POLICY} 1.0.0", "repository")
    with books.entered():
        require_second_person(company_id=books.company_id, is_required=True, set_by=CONSOLE)
        proposal = install_or_propose(
            company_id=books.company_id,
            plugin_id=POLICY,
            version="1.0.0",
            accepted=version.capabilities,
            untrusted_settings={"weekends_closed": True},
            installed_by=just_signed_in(alice),
        )
        assert isinstance(proposal, ProposalRef)
        done = approve(
            company_id=books.company_id,
            proposal_id=proposal.id,
            digest=proposal.digest,
            approved_by=just_signed_in(carl),
        )
    assert done.failure is None
    assert installed(books).state == "enabled"
    VALIDATORS.forget()
    return books


def fetch(source: Mirrored) -> PluginVersion:
    return fetch_plugin(repository="plugins", plugin_id=POLICY, fetched_by=CONSOLE, source=source)


def installed(books: Books) -> Installation:
    with books.entered():
        return installation_of(company_id=books.company_id, plugin_id=POLICY)


def installer(row: Installation) -> Principal:
    return just_signed_in(User.objects.get(id=row.installed_by_user_id))
