# SPDX-License-Identifier: Apache-2.0
"""Separation of duties among the members of a company."""

from apps.audit.adapters.probes.counting import none_of
from apps.audit.domain.compliance.probe import Asked, Finding, probe
from cortex.identity.models import Membership
from cortex.identity.users import platform_administrators

_KEEPERS = ["clerk", "accountant", "controller"]


@probe(
    "duties.auditors_post_nothing",
    title="Whoever audits books does not keep them",
    remedy="Take one of the two roles away from the members named by id.",
)
def auditors_post_nothing(asked: Asked) -> Finding:
    """Look for members who audit and keep the same books."""
    members = Membership.objects.filter(user__is_active=True)
    both = members.filter(roles__contains=["auditor"], roles__overlap=_KEEPERS)
    return none_of(
        both,
        of=members.count(),
        well="Nobody audits the books that they keep.",
        ill="Members who audit the books that they keep",
    )


@probe(
    "duties.administrators_post_nothing",
    title="Whoever gives roles in a company does not post in its books",
    remedy="Take one of the two roles away from the members named by id.",
)
def administrators_post_nothing(asked: Asked) -> Finding:
    """Look for members who administer and keep the same books."""
    members = Membership.objects.filter(user__is_active=True)
    return none_of(
        members.filter(roles__contains=["administrator"], roles__overlap=_KEEPERS),
        of=members.count(),
        well="Nobody gives roles and posts in the same company.",
        ill="Members who give roles and post in the same company",
    )


@probe(
    "duties.platform_posts_nothing",
    title="Platform administrators keep no company's books",
    remedy="Take the membership or the role on the platform away from the people named by id.",
)
def platform_posts_nothing(asked: Asked) -> Finding:
    """Look for platform administrators who keep books."""
    members = Membership.objects.filter(user_id__in=platform_administrators().values("pk"))
    return none_of(
        members.filter(roles__overlap=_KEEPERS),
        of=members.count(),
        well="No platform administrator keeps books.",
        ill="Memberships with which platform administrators keep books",
    )
