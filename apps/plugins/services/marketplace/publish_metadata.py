# SPDX-License-Identifier: Apache-2.0
"""Sign what changed, and a snapshot and a timestamp of it: one consistent state of the repository."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tuf.api.metadata import Signed

from apps.plugins.adapters.repository import forms
from apps.plugins.adapters.repository.digests import metadata_digest
from apps.plugins.domain.marketplace.errors import RootMustBeInstalled
from apps.plugins.domain.marketplace.names import ROOT, SNAPSHOT, TARGETS, TIMESTAMP
from apps.plugins.domain.marketplace.policy_names import INSTALL_ROOT, METADATA_TYPE, SIGN_METADATA
from apps.plugins.domain.marketplace.signing import MarketplaceSigner, SignerState
from apps.plugins.models import RepositoryMetadata
from apps.plugins.selectors.repository import listed_targets, newest_metadata
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.turns import take_turns
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@dataclass
class Publication:
    """What is being published, in the open transaction; one at a time."""

    actor: Principal
    signer: MarketplaceSigner
    state: SignerState
    now: datetime
    newest: dict[str, RepositoryMetadata] = field(default_factory=dict)
    told: list[RepositoryMetadata] = field(default_factory=list)

    @property
    def delegated(self) -> set[str]:
        """Return the roles that publishers have now."""
        return forms.delegated_roles(bytes(self.newest[TARGETS].content)) if TARGETS in self.newest else set()

    def publish(self, *, listings: Iterable[str], delegated: set[str] | None = None) -> None:
        """Sign the listings of these roles as their rows say, the list of publishers where it changes,
        and a snapshot and a timestamp of all.

        Raises: MarketplaceSignerMustAnswer, MarketplaceSignerMustAccept; nothing is stored then.
        """
        for role in sorted({*listings, *self._ahead()}):
            self._store(role, self._listing(role))
        if delegated is not None or self._is_ahead(TARGETS):
            self._delegate(self.delegated if delegated is None else delegated)
        self.renew(SNAPSHOT)

    def renew(self, role: str) -> None:
        """Sign a snapshot and a timestamp anew, or a timestamp alone."""
        if role == SNAPSHOT:
            version, end = self._next(SNAPSHOT)
            self._store(SNAPSHOT, forms.snapshot_of(self._files(), version=version, expires=end))
        version, end = self._next(TIMESTAMP)
        snapshot = self._file(SNAPSHOT)
        self._store(TIMESTAMP, forms.timestamp_of(snapshot, version=version, expires=end))

    def _delegate(self, roles: set[str]) -> None:
        version, end = self._next(TARGETS)
        key = self.state.keys["releases"]
        self._store(TARGETS, forms.delegating(roles, releases_key=key, version=version, expires=end))

    def _listing(self, role: str) -> Signed:
        version, end = self._next(role)
        targets = [
            forms.target_of(
                path=row.path, digest=row.bundle_id, length=len(row.bundle.content), custom=row.custom
            )
            for row in listed_targets(role=role)
        ]
        return forms.listing(targets, version=version, expires=end)

    def _next(self, role: str) -> tuple[int, datetime]:
        """Return a version that was never signed: what was signed and then not stored has none after it."""
        stored = self.newest[role].version if role in self.newest else 0
        version = max(stored, self.state.versions.get(role, 0)) + 1
        return version, forms.end_of(role, now=self.now)

    def _ahead(self) -> set[str]:
        """Return roles of which more was signed than is stored: a snapshot may name the lost version."""
        return {role for role in self.newest if forms.is_listing(role) and self._is_ahead(role)}

    def _is_ahead(self, role: str) -> bool:
        stored = self.newest[role].version if role in self.newest else 0
        return self.state.versions.get(role, 0) > stored

    def _files(self) -> Mapping[str, tuple[int, bytes]]:
        roles = [role for role in self.newest if role == TARGETS or forms.is_listing(role)]
        return {role: self._file(role) for role in roles}

    def _file(self, role: str) -> tuple[int, bytes]:
        return self.newest[role].version, bytes(self.newest[role].content)

    def _store(self, role: str, signed: Signed) -> None:
        self.store_file(role, signed.version, forms.signed_file(role, signed, signer=self.signer))

    def store_file(self, role: str, version: int, content: bytes) -> None:
        """Keep a signed file; root and list of publishers say whom clients trust: `record_signed` tells."""
        row = RepositoryMetadata.objects.create(role=role, version=version, content=content, made_at=self.now)
        self.newest[role] = row
        if role in (ROOT, TARGETS):
            self.told.append(row)


def begin_publication(*, actor: Principal, needs_root: bool = True) -> Publication:
    """Wait for others that publish, in the open transaction, and return the state that they left.

    Raises: RootMustBeInstalled, MarketplaceSignerMustAnswer.
    """
    take_turns("plugins.repository")
    signer, newest = get(MarketplaceSigner), dict(newest_metadata())
    if needs_root and ROOT not in newest:
        raise RootMustBeInstalled(
            "Repository: expected a root, got none. Hold the ceremony of docs/marketplace.md first.",
            evidence={"object": ROOT, "remedy": "cortex marketplace install-root"},
        )
    now = get(Clock).now()
    return Publication(actor=actor, signer=signer, state=signer.state(), now=now, newest=newest)


def record_signed(publication: Publication) -> None:
    """Leave a leaf of each root and each list of publishers that was signed."""
    for row in publication.told:
        record_verb(
            actor=publication.actor,
            verb=INSTALL_ROOT if row.role == ROOT else SIGN_METADATA,
            object_type=METADATA_TYPE,
            object_id=row.id,
            digest=metadata_digest(row),
        )
