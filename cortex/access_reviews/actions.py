# SPDX-License-Identifier: Apache-2.0
"""What can be done with access reviews; who may is said in `policies/`."""

from cortex.policy.actions import Action, declare

READ = "access_reviews.review.read"
OPEN = "access_reviews.review.open"
ANSWER = "access_reviews.membership.answer"
COMPLETE = "access_reviews.review.complete"
CANCEL = "access_reviews.review.cancel"
REMIND = "access_reviews.review.remind"
READ_PLATFORM = "access_reviews.platform_review.read"
OPEN_PLATFORM = "access_reviews.platform_review.open"
ANSWER_PLATFORM = "access_reviews.platform_review.answer"
COMPLETE_PLATFORM = "access_reviews.platform_review.complete"
CANCEL_PLATFORM = "access_reviews.platform_review.cancel"
REMIND_PLATFORM = "access_reviews.platform_review.remind"


def declare_actions() -> None:
    """Register the actions."""
    write = "access_reviews:write"
    declare(
        Action(code=READ, title="See access reviews", scope="access_reviews:read"),
        Action(code=OPEN, title="Open an access review", scope=write),
        Action(code=ANSWER, title="Confirm or take away memberships", scope=write),
        Action(code=COMPLETE, title="Sign an access review", scope=write),
        Action(code=CANCEL, title="Cancel an access review", scope=write),
        Action(code=REMIND, title="Remind of an access review", scope=write),
    )
    platform = "platform:write"
    declare(
        Action(code=READ_PLATFORM, title="See access reviews of the platform", scope="platform:read"),
        Action(code=OPEN_PLATFORM, title="Open an access review of the platform", scope=platform),
        Action(
            code=ANSWER_PLATFORM, title="Confirm roles on the platform, or ask for their end", scope=platform
        ),
        Action(code=COMPLETE_PLATFORM, title="Sign an access review of the platform", scope=platform),
        Action(code=CANCEL_PLATFORM, title="Cancel an access review of the platform", scope=platform),
        Action(code=REMIND_PLATFORM, title="Remind of an access review of the platform", scope=platform),
    )
