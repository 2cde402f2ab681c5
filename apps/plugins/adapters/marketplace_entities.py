# SPDX-License-Identifier: Apache-2.0
"""What the repository declares at start: its actions, its ports, and its rows as the log knows them."""

from django.db.models import QuerySet

from apps.plugins.adapters.marketplace_signing.chosen_signer import ChosenSigner
from apps.plugins.adapters.repository.digests import metadata_digest, repository_digest, target_digest
from apps.plugins.adapters.stored_releases import StoredReleases
from apps.plugins.domain.marketplace import policy_names as names
from apps.plugins.domain.marketplace.approved_release import ReleaseRegister
from apps.plugins.domain.marketplace.signing import MarketplaceSigner
from apps.plugins.models import RepositoryMetadata, RepositoryTarget, TrustedRepository
from cortex.database.logged_rows import StoredRows
from cortex.policy.actions import Action, declare
from cortex.ports.logged_objects import LoggedObjects, logged_objects
from cortex.ports.registry import bind

_WRITTEN = (
    (names.INSTALL_ROOT, "Publish a root of the marketplace that its holders signed"),
    (names.PUBLISH_TARGET, "Publish a reviewed plugin in the marketplace"),
    (names.WITHDRAW_TARGET, "Withdraw a plugin from the marketplace"),
    (names.REVOKE_DELEGATION, "Publish nothing of a publisher any more"),
    (names.RENEW_METADATA, "Sign metadata of the marketplace anew before it ends"),
    (names.TRUST_REPOSITORY, "Trust a repository of plugins by its root"),
    (names.FETCH_PLUGIN, "Fetch a plugin from a repository that is trusted"),
)
_READ = (
    (names.READ_REPOSITORIES, "See which repositories are trusted"),
    (names.REFRESH_REPOSITORIES, "Ask trusted repositories what was withdrawn"),
    (names.EXPORT_TARGETS, "Export published plugins for machines without a network"),
)


def wire_marketplace() -> None:
    """Register actions, ports and logged objects."""
    declare(
        *(Action(code, title, "platform:write") for code, title in _WRITTEN),
        *(Action(code, title, "platform:read") for code, title in _READ),
    )
    bind(MarketplaceSigner, ChosenSigner())
    bind(ReleaseRegister, StoredReleases())
    _declare_logged()


def _declare_logged() -> None:
    told = (
        (names.TARGET_TYPE, RepositoryTarget.objects.all, target_digest),
        (names.METADATA_TYPE, _metadata, metadata_digest),
        (names.REPOSITORY_TYPE, TrustedRepository.objects.all, repository_digest),
    )
    logged_objects(
        *(
            LoggedObjects(
                object_type=kind,
                rows=StoredRows(rows=rows, digest=digest, is_companys=None),
                is_platforms=True,
            )
            for kind, rows, digest in told
        )
    )


def _metadata() -> "QuerySet[RepositoryMetadata]":
    """Return root and list of publishers: what they say leaves a leaf, the rest follows from targets."""
    return RepositoryMetadata.objects.filter(role__in=("root", "targets"))
