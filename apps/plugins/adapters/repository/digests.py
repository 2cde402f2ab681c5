# SPDX-License-Identifier: Apache-2.0
"""The digests that leaves have of targets, metadata and trusted repositories."""

import hashlib

from apps.plugins.models import RepositoryMetadata, RepositoryTarget, TrustedRepository
from cortex.canonical_json import canonical_digest


def target_digest(target: RepositoryTarget) -> str:
    """Return the digest of what is published where, and whether it was withdrawn."""
    names = ("path", "role", "publisher", "channel", "plugin_id", "version", "custom", "published_by")
    withdrawn = target.withdrawn_at.isoformat(timespec="microseconds") if target.withdrawn_at else None
    content = {name: getattr(target, name) for name in names}
    return canonical_digest({**content, "bundle": target.bundle_id, "withdrawn_at": withdrawn})


def metadata_digest(metadata: RepositoryMetadata) -> str:
    """Return the digest of a file of metadata."""
    content = hashlib.sha256(bytes(metadata.content)).hexdigest()
    return canonical_digest({"role": metadata.role, "version": metadata.version, "sha256": content})


def repository_digest(repository: TrustedRepository) -> str:
    """Return the digest of whom an administrator trusts; what was fetched since is none of it."""
    return canonical_digest(
        {
            "name": repository.name,
            "url": repository.url,
            "root": hashlib.sha256(repository.root.encode()).hexdigest(),
            "allows_private_addresses": repository.allows_private_addresses,
            "trusted_by": repository.trusted_by,
        }
    )
