# SPDX-License-Identifier: Apache-2.0
"""What the verbs of an access review of the platform have in common."""

from uuid import UUID

from django.db.models import Q

from cortex.access_reviews.errors import ReviewMustExist
from cortex.access_reviews.models import PlatformReview
from cortex.access_reviews.selectors import require_open
from cortex.identity.models import MARKS, User
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REVIEW, ROLE = "access_reviews.platform_review", "identity.user"


def roles_held() -> list[tuple[User, str]]:
    """Return every role on the platform with its holder, switched off or not: it would be there again."""
    is_held = Q(*((mark, True) for mark in MARKS.values()), _connector=Q.OR)
    holders = User.objects.filter(is_held).order_by("username")
    return [(user, role) for user in holders for role in sorted(user.marked_roles)]


def locked_open_platform_review(*, review_id: UUID) -> PlatformReview:
    """Return a campaign whose answers wait for nobody else; raises ReviewMustExist, ReviewMustBeOpen."""
    review = PlatformReview.objects.select_for_update().filter(id=review_id).first()
    if review is None:
        raise ReviewMustExist(
            f"Access review {review_id}: expected one of the platform, got none.",
            evidence={"object": str(review_id)},
        )
    require_open(review)
    return review


def leave_platform_leaf(
    *,
    verb: str,
    actor: Principal,
    object_id: UUID,
    object_type: str = REVIEW,
    digest: str | None = None,
    before: str | None = None,
    is_new: bool = False,
) -> None:
    """Append a leaf of the platform: ids and digests, no texts."""
    record = AuditRecord(
        verb=verb, object_type=object_type, object_id=object_id, digest=digest, before=before, is_new=is_new
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
