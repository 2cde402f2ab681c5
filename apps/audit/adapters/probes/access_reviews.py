# SPDX-License-Identifier: Apache-2.0
"""Access reviews: whether somebody looked at who may do what, lately and wholly."""

from django.db.models import Exists, OuterRef

from apps.audit.adapters.probes.counting import days_before, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from cortex.access_reviews.models import AccessReview, AccessReviewItem, PlatformReview
from cortex.identity.models import Membership
from cortex.identity.users import platform_administrators
from cortex.tenancy.models import Company


@probe(
    "access_reviews.companies",
    title="Each company's memberships were reviewed lately",
    remedy="Let a controller or administrator open an access review of the company and complete it.",
    days=90,
)
def companies_reviewed(asked: Asked) -> Finding:
    """Look for companies that are older than the interval and had no completed review in it."""
    since = days_before(asked)
    companies = Company.objects.filter(status=Company.Status.ACTIVE)
    if not companies.exists():
        return unknown("There is no active company.")
    done = AccessReview.objects.filter(
        company_id=OuterRef("pk"), state=AccessReview.State.COMPLETED, closed_at__gte=since
    )
    return none_of(
        companies.filter(~Exists(done), created_at__lt=since),
        of=companies.count(),
        well="Every company was reviewed in time, or is newer than that.",
        ill=f"Companies without a completed access review in {asked['days']} days",
    )


@probe(
    "access_reviews.platform",
    title="Roles on the platform were reviewed lately",
    remedy="Open an access review of the platform, answer for each role, and sign it.",
    days=90,
)
def platform_reviewed(asked: Asked) -> Finding:
    """Look for a completed review of the platform."""
    since = days_before(asked)
    holders = platform_administrators()
    if not holders.exists():
        return unknown("Nobody has a role on the platform.")
    last = PlatformReview.objects.filter(state=PlatformReview.State.COMPLETED).order_by("-closed_at").first()
    is_new = last is None and not holders.filter(created_at__lt=since).exists()
    closed_at = None if last is None else last.closed_at
    return judged(
        is_new or (closed_at is not None and closed_at >= since),
        well="Roles on the platform were reviewed in time, or are newer than that.",
        ill=f"Roles on the platform were not reviewed in {asked['days']} days.",
        completed_at=None if closed_at is None else closed_at.isoformat(),
    )


@probe(
    "access_reviews.memberships",
    title="No membership went without a review",
    remedy="Open an access review of the companies that the memberships belong to.",
    days=180,
)
def memberships_reviewed(asked: Asked) -> Finding:
    """Look for old memberships that nobody confirmed."""
    since = days_before(asked)
    members = Membership.objects.filter(user__is_active=True)
    confirmed = AccessReviewItem.objects.filter(
        membership_id=OuterRef("pk"), answer=AccessReviewItem.Answer.CONFIRMED, answered_at__gte=since
    )
    return none_of(
        members.filter(~Exists(confirmed), created_at__lt=since),
        of=members.count(),
        well="Every membership was confirmed in time, or is newer than that.",
        ill=f"Memberships that nobody confirmed in {asked['days']} days",
    )


@probe(
    "access_reviews.overdue",
    title="No access review is overdue",
    remedy="Answer what is open, and complete or cancel the review.",
)
def overdue_reviews(asked: Asked) -> Finding:
    """Look for open reviews whose day has passed."""
    opened = AccessReview.objects.filter(state=AccessReview.State.OPEN)
    platform = PlatformReview.objects.filter(state=PlatformReview.State.OPEN, due_date__lt=asked.now.date())
    late = opened.filter(due_date__lt=asked.now.date())
    if platform.exists():
        return none_of(platform, of=platform.count(), well="", ill="Reviews of the platform that are overdue")
    return none_of(
        late, of=opened.count(), well="No access review is overdue.", ill="Access reviews that are overdue"
    )
