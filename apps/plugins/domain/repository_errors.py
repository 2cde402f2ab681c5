# SPDX-License-Identifier: Apache-2.0
"""Refusals of a client that takes plugins from a repository; each is one attack, or one thing to repair."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class RepositoryMustAnswer(CortexError):
    """A repository is away, slow, or does not have a file that it should."""

    code = "plugins.repository_must_answer"
    status = 503
    retry_after_seconds = 60


class RepositoryAddressMustBeAllowed(CortexError):
    """An address is none that this installation asks."""

    code = "plugins.repository_address_must_be_allowed"


class RepositoryMustBeFresh(CortexError):
    """Metadata is over: the repository was not renewed, or somebody holds it back (freeze)."""

    code = "plugins.repository_must_be_fresh"
    status = 409


class RepositoryMustNotGoBack(Conflict):
    """Metadata is older than what was seen before, or parts of two states are mixed (rollback, replay)."""

    code = "plugins.repository_must_not_go_back"


class RepositoryMustBeSigned(CortexError):
    """Metadata was signed by unknown keys, or by too few of them."""

    code = "plugins.repository_must_be_signed"
    status = 403


class RepositoryFileMustBeIntact(CortexError):
    """A file is other than the metadata says (tampering, mix and match)."""

    code = "plugins.repository_file_must_be_intact"
    status = 409


class RepositoryFileMustNotBeLonger(CortexError):
    """A file goes on where it should end (endless data)."""

    code = "plugins.repository_file_must_not_be_longer"
    status = 409


class RepositoryMustBeWellFormed(Malformed):
    """What a repository says cannot be read."""

    code = "plugins.repository_must_be_well_formed"


class RepositoryMustHaveTarget(NotFound):
    """No such version, or its publisher may not list it, or was revoked: nobody can tell them apart."""

    code = "plugins.repository_must_have_target"


class RepositoryMustBeTrusted(NotFound):
    """No repository of this name is trusted here."""

    code = "plugins.repository_must_be_trusted"


class RepositoryMustBeFree(Conflict):
    """Another process visited the same repository meanwhile; what this one saw was not kept."""

    code = "plugins.repository_must_be_free"
    retry_after_seconds = 30


class ArchiveMustBeCanonical(Malformed):
    """A file is no archive of a repository in its only form."""

    code = "plugins.archive_must_be_canonical"
