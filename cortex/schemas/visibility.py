# SPDX-License-Identifier: Apache-2.0
"""Whose subjects a principal sees and changes. Every door and verb asks here and nowhere else.

A subject belongs to the user who registered it first, or to the platform. Those who share an active company
with the owner see it, and change it if their role there may; the platform's own are seen by all.
"""

from django.db.models import Q, QuerySet

from cortex.identity.memberships import Colleague, colleagues_of
from cortex.policy.roles import lets_in
from cortex.ports.principal import Principal
from cortex.schemas.errors import SubjectMustBeYours
from cortex.schemas.models import Subject, Version
from cortex.schemas.rights import acts_for_the_platform


def visible_subjects(*, seen_by: Principal) -> QuerySet[Subject]:
    """Return the subjects that the principal sees."""
    return Subject.objects.filter(_visible(seen_by))


def visible_versions(*, seen_by: Principal) -> QuerySet[Version]:
    """Return the versions of the subjects that the principal sees, deleted ones too."""
    return Version.objects.filter(_visible(seen_by, through="subject__"))


def _visible(seen_by: Principal, *, through: str = "") -> Q:
    if acts_for_the_platform(seen_by):
        return Q()
    seen = {colleague.user_id for colleague in _colleagues(seen_by)}
    return Q(**{f"{through}owner__isnull": True}) | Q(**{f"{through}owner__in": seen})


def require_writable(*, subject: str, principal: Principal, action: str) -> None:
    """Raise SubjectMustBeYours when the subject is there and is another's; ask under the lock."""
    holder = Subject.objects.filter(name=subject).first()
    if holder is None or acts_for_the_platform(principal):
        return
    writable = {
        colleague.user_id
        for colleague in _colleagues(principal)
        if lets_in(roles=colleague.own_roles, action=action)
    }
    if holder.owner_id not in writable:
        raise SubjectMustBeYours(
            f"Subject {subject[:80]}: it belongs to somebody who shares no company with you in which you may "
            "do this, or to the platform. Use another name.",
            evidence={"object": "subject", "got": subject[:80], "remedy": "use another name"},
        )


def subject_for(name: str, *, first: Principal) -> Subject:
    """Return the subject; when there is none yet, it is the principal's from now on. Ask under the lock."""
    holder, _ = Subject.objects.get_or_create(
        name=name, defaults={"versions_issued": 0, "owner_id": first.user_id}
    )
    return holder


def _colleagues(principal: Principal) -> list[Colleague]:
    return colleagues_of(user_id=principal.user_id) if principal.user_id else []
