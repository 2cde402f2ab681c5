# SPDX-License-Identifier: Apache-2.0
"""What went wrong between client and repository, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from tuf.api import exceptions as tuf
from tuf.api.serialization import DeserializationError

from apps.plugins.domain import repository_errors as ours
from cortex.errors import CortexError

_Refusal = tuple[type[CortexError], str]
# The first that fits counts: some are kinds of others, and download errors are no repository errors.
_REFUSALS: tuple[tuple[type[Exception], _Refusal], ...] = (
    (tuf.ExpiredMetadataError, (ours.RepositoryMustBeFresh, "metadata that holds now")),
    (tuf.BadVersionNumberError, (ours.RepositoryMustNotGoBack, "versions that only grow and fit each other")),
    (tuf.UnsignedMetadataError, (ours.RepositoryMustBeSigned, "as many signatures as the root says")),
    (tuf.LengthOrHashMismatchError, (ours.RepositoryFileMustBeIntact, "the bytes that were signed")),
    (tuf.DownloadLengthMismatchError, (ours.RepositoryFileMustNotBeLonger, "no more bytes than were signed")),
    (DeserializationError, (ours.RepositoryMustBeWellFormed, "metadata")),
    (tuf.RepositoryError, (ours.RepositoryMustBeWellFormed, "metadata that fits together")),
    (tuf.DownloadError, (ours.RepositoryMustAnswer, "an answer")),
)
_SHOWN_MAX = 200


@contextmanager
def in_our_words(*, repository: str) -> Iterator[None]:
    """Raise our refusal for each error of the library; nothing of what was fetched counts then."""
    try:
        yield
    except (tuf.RepositoryError, tuf.DownloadError, DeserializationError) as error:
        kind, expected = next(refusal for cause, refusal in _REFUSALS if isinstance(error, cause))
        # A source of ours may have said more than the library passes on.
        cause = error.__cause__ if isinstance(error.__cause__, CortexError) else None
        got = ascii(cause.message if cause else str(error))[1:-1][:_SHOWN_MAX]
        raise kind(
            f"Repository {repository}: expected {expected}, got: {got}. Nothing was taken from it.",
            evidence={
                "object": repository,
                "expected": expected,
                "got": got,
                "remedy": "see docs/marketplace.md",
            },
        ) from error
