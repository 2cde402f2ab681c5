# SPDX-License-Identifier: Apache-2.0
"""Refusals of publishing and of the service that signs what is published."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class ChannelMustBeKnown(Malformed):
    """A channel is none of ours."""

    code = "plugins.channel_must_be_known"


class PublisherMustBeNamed(Malformed):
    """A publisher is called something that is no domain, reversed."""

    code = "plugins.publisher_must_be_named"


class PublisherMustBeAdmitted(CortexError):
    """A publisher is not among those that the database admits, or was revoked."""

    code = "plugins.publisher_must_be_admitted"
    status = 409


class RootMustBeSigned(CortexError):
    """A root has fewer signatures of different keys than it needs, of its own or of the one before."""

    code = "plugins.root_must_be_signed"
    status = 403


class RootMustBeWellFormed(Malformed):
    """A file is no root of a repository as we make them."""

    code = "plugins.root_must_be_well_formed"


class RootMustBeNext(Conflict):
    """A root does not follow the one that is published."""

    code = "plugins.root_must_be_next"


class RootMustBeInstalled(CortexError):
    """Nothing is published before the ceremony of the root."""

    code = "plugins.root_must_be_installed"
    status = 409


class KeysMustDiffer(CortexError):
    """One key stands under two names, and would count twice."""

    code = "plugins.keys_must_differ"
    status = 403


class ReleaseMustBeApproved(CortexError):
    """No two persons approved this very bundle, or the database does not tell so."""

    code = "plugins.release_must_be_approved"
    status = 403


class ReleaseMustBeNewer(Conflict):
    """A version is not newer than what was released of this plugin, or has other bytes than before."""

    code = "plugins.release_must_be_newer"


class MetadataMustFollowTheRules(CortexError):
    """The signing service refuses metadata; `expected` says which rule."""

    code = "plugins.metadata_must_follow_the_rules"
    status = 422


class MetadataMustNotGoBack(Conflict):
    """A version of metadata is not greater than the one that was signed last."""

    code = "plugins.metadata_must_not_go_back"


class MarketplaceSignerMustAnswer(CortexError):
    """The signing service is away, or is not configured; nothing was published."""

    code = "plugins.marketplace_signer_must_answer"
    status = 503
    retry_after_seconds = 30


class MarketplaceSignerMustAccept(CortexError):
    """The signing service refuses; `cause` is its code."""

    code = "plugins.marketplace_signer_must_accept"
    status = 409


class SignerMemoryMustBeKept(CortexError):
    """The signing service does not find what it remembers, or another works with it."""

    code = "plugins.signer_memory_must_be_kept"


class TargetMustExist(NotFound):
    """Nothing of this name is published."""

    code = "plugins.target_must_exist"
