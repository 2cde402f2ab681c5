# SPDX-License-Identifier: Apache-2.0
"""Names under which policies and the log know the repository, and repositories of others."""

# Types of objects in leaves.
TARGET_TYPE, METADATA_TYPE, REPOSITORY_TYPE = "plugins.target", "plugins.metadata", "plugins.repository"

# Of what this installation publishes.
INSTALL_ROOT = "plugins.root.install"
PUBLISH_TARGET = "plugins.target.publish"
WITHDRAW_TARGET = "plugins.target.withdraw"
REVOKE_DELEGATION = "plugins.delegation.revoke"
RENEW_METADATA = "plugins.metadata.renew"
# A leaf of each list of publishers, whichever verb made it necessary.
SIGN_METADATA = "plugins.metadata.sign"
EXPORT_TARGETS = "plugins.target.export"

# Of what it takes from others.
READ_REPOSITORIES = "plugins.repository.read"
TRUST_REPOSITORY = "plugins.repository.trust"
FETCH_PLUGIN = "plugins.repository.fetch"
REFRESH_REPOSITORIES = "plugins.repository.refresh"
