# SPDX-License-Identifier: Apache-2.0
"""Access reviews opened and given up, as doors do it: where the policies ask for a second person proposed.

Completing one signs a file with the vault, which no rehearsal undoes: it does not wait.
"""

from cortex.access_reviews.actions import CANCEL, CANCEL_PLATFORM, OPEN, OPEN_PLATFORM
from cortex.access_reviews.cancel_platform_review import cancel_platform_review
from cortex.access_reviews.cancel_review import cancel_review
from cortex.access_reviews.open_platform_review import open_platform_review
from cortex.access_reviews.open_review import open_review
from cortex.ports.waiting_verbs import lets_wait

_REVIEW = "access_reviews.review"
_PLATFORM = "access_reviews.platform_review"

open_or_wait = lets_wait(
    OPEN, title="Open an access review", action=OPEN, by="opened_by", about=(_REVIEW, "due_date")
)(open_review)
cancel_or_wait = lets_wait(
    CANCEL, title="Cancel an access review", action=CANCEL, by="cancelled_by", about=(_REVIEW, "review_id")
)(cancel_review)
open_platform_or_wait = lets_wait(
    OPEN_PLATFORM,
    title="Open an access review of the platform",
    action=OPEN_PLATFORM,
    by="opened_by",
    about=(_PLATFORM, "due_date"),
)(open_platform_review)
cancel_platform_or_wait = lets_wait(
    CANCEL_PLATFORM,
    title="Cancel an access review of the platform",
    action=CANCEL_PLATFORM,
    by="cancelled_by",
    about=(_PLATFORM, "review_id"),
)(cancel_platform_review)
