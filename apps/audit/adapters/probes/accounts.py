# SPDX-License-Identifier: Apache-2.0
"""Accounts: who has which factors, who is away for long, who should have none any more."""

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Max, OuterRef, Q

from apps.audit.adapters.probes.counting import days_before, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from cortex.identity.models import Invitation, Membership, SignedInSession, User
from cortex.identity.second_factors.stored import FACTORS
from cortex.identity.users import platform_administrators

_PEOPLE = Q(kind=User.Kind.PERSON, is_active=True)


@probe(
    "identity.second_factors",
    title="Everybody who keeps books or administers has a second factor",
    remedy="Ask the people named by id to add a passkey or an app; until then, take their roles away.",
)
def second_factors(asked: Asked) -> Finding:
    """Look for people with rights and without a factor."""
    factor = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    member = Membership.objects.filter(user_id=OuterRef("pk"))
    administers = Q(pk__in=platform_administrators().values("pk"))
    people = User.objects.filter(_PEOPLE).filter(Q(is_staff=True) | administers | Exists(member))
    if not people.exists():
        return unknown("Nobody has rights yet.")
    return none_of(
        people.filter(~Exists(factor)),
        of=people.count(),
        well="Everybody with rights has a second factor.",
        ill="People with rights and without a second factor",
    )


@probe(
    "identity.platform_administrators",
    title="There are neither too few nor too many platform administrators",
    remedy="Give the role to a second person, or take it away from those who do not need it.",
    at_least=2,
    at_most=5,
)
def number_of_platform_administrators(asked: Asked) -> Finding:
    """Count them."""
    count = platform_administrators().filter(_PEOPLE).count()
    if count == 0:
        return unknown("There is no platform administrator: nobody could say who should be one.")
    return judged(
        asked["at_least"] <= count <= asked["at_most"],
        well=f"There are {count} platform administrators.",
        ill=f"Expected {asked['at_least']} to {asked['at_most']} platform administrators, got {count}.",
        administrators=count,
    )


@probe(
    "identity.dormant_accounts",
    title="No account lies idle",
    remedy="Switch the accounts off, or ask their people to sign in.",
    days=90,
)
def dormant_accounts(asked: Asked) -> Finding:
    """Look for active people who have not signed in for long."""
    since = days_before(asked)
    people = User.objects.filter(_PEOPLE)
    if not people.exists():
        return unknown("There is nobody.")
    used = SignedInSession.objects.filter(user_id=OuterRef("pk"), last_used_at__gte=since)
    idle = people.filter(Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)).filter(
        ~Exists(used)
    )
    return none_of(
        idle,
        of=people.count(),
        well="Every active account was used lately.",
        ill=f"Active accounts that were not used for {asked['days']} days",
    )


@probe(
    "identity.memberships_of_inactive_people",
    title="Whoever was switched off is a member of nothing",
    remedy="Take the memberships away in each company's access review.",
)
def memberships_of_inactive_people(asked: Asked) -> Finding:
    """Look for memberships that would count again at once if the account did."""
    members = Membership.objects.all()
    return none_of(
        members.filter(user__is_active=False),
        of=members.count(),
        well="No membership belongs to an account that was switched off.",
        ill="Memberships of accounts that were switched off",
    )


@probe(
    "identity.invitations",
    title="No invitation lies open for long",
    remedy="Withdraw the invitations, and invite again whoever still should come.",
    days=30,
)
def invitations(asked: Asked) -> Finding:
    """Look for invitations that were neither answered nor withdrawn."""
    opened = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    return none_of(
        opened.filter(created_at__lt=days_before(asked)),
        of=opened.count(),
        well="No invitation is open for long.",
        ill=f"Invitations that are open for more than {asked['days']} days",
    )


@probe(
    "identity.shared_addresses",
    title="One person has one account",
    remedy="Find out who uses the accounts, and switch off all but one of each person.",
)
def shared_addresses(asked: Asked) -> Finding:
    """Look for addresses that several active people have; the addresses themselves are not told."""
    people = User.objects.filter(_PEOPLE).exclude(email="")
    shared = people.values("email").annotate(count=Count("id"), last=Max("created_at")).filter(count__gt=1)
    count = shared.count()
    return judged(
        count == 0,
        well="Every address belongs to one account.",
        ill=f"Addresses that several active accounts share: {count}.",
        looked_at=people.count(),
        offending=count,
    )
