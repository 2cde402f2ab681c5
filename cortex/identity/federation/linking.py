# SPDX-License-Identifier: Apache-2.0
"""Which account here somebody of a provider has: linked by themselves while signed in, or by a rule."""

from allauth.socialaccount.models import SocialAccount

from cortex.database.transactions import attempt, transactional
from cortex.errors import Conflict, CortexError
from cortex.identity.account_letters import BY_THEMSELVES, write_letter
from cortex.identity.accounts import require_own_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.federation.claims import Claims
from cortex.identity.federation.mapping import FEDERATION
from cortex.identity.federation.providers import Provider
from cortex.identity.federation.take_back_roles import take_back_roles_of_link
from cortex.identity.models import PLATFORM_ADMINISTRATOR, User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal

# Asked of the service that stands for the rules of providers; people ask to change their own account.
LINK_BY_RULE = "identity.account.link_by_rule"


class FederatedAccountMustBeLinked(CortexError):
    """The provider knows the person, and nobody here is linked to them."""

    code = "identity.federated_account_must_be_linked"
    status = 403


class FederatedAccountMustBeLinkedOnce(Conflict):
    """The provider's account leads to somebody else already."""

    code = "identity.federated_account_must_be_linked_once"


def person_of(*, provider: Provider, claims: Claims) -> User:
    """Return the active person whom the provider vouches for.

    Raises: FederatedAccountMustBeLinked, whoever the claims name.
    """
    user = _linked(provider, claims) or _by_verified_email(provider, claims)
    if user is None or not user.is_active or user.kind != User.Kind.PERSON:
        raise FederatedAccountMustBeLinked(
            f"{provider.name}: expected an account here that is linked to you, got none. Sign in with your "
            "password and link it, or ask an administrator for an invitation.",
            evidence={"object": "account", "remedy": "sign in and link it"},
        )
    return user


@transactional
def link(*, provider: Provider, claims: Claims, user: User, actor: Principal) -> None:
    """Link the provider's account to this user.

    Raises: AccessMustBeGranted, FederatedAccountMustBeLinkedOnce, VaultMustBeReachable.
    """
    require_own_account(user_id=user.id, actor=actor, or_else=LINK_BY_RULE)
    found = SocialAccount.objects.filter(provider=provider.id, uid=claims.subject).first()
    if found is not None and found.user_id != user.id:
        raise FederatedAccountMustBeLinkedOnce(
            f"{provider.name}: expected an account that is linked to nobody else, got one that is.",
            evidence={"object": "account"},
        )
    if found is None:
        before = lock_credentials(user_id=user.id)
        # Of the claims only what leads back here is kept.
        SocialAccount.objects.create(user_id=user.id, provider=provider.id, uid=claims.subject, extra_data={})
        leave_leaf_of_credentials(
            verb="identity.federation.linked", user_id=user.id, actor=actor, before=before
        )
        _tell(user, f"{provider.name} can sign you in from now on")


@transactional
def unlink(*, provider_id: str, user: User, actor: Principal) -> None:
    """Take the link away, and with it the roles that the provider's rules gave.

    Raises: AccessMustBeGranted, VaultMustBeReachable.
    """
    require_own_account(user_id=user.id, actor=actor)
    links = SocialAccount.objects.select_for_update().filter(provider=provider_id, user_id=user.id)
    for account in links:
        take_back_roles_of_link(account=account)
    # After the links, in the order in which rules are mapped: their row first, then what is the user's.
    before = lock_credentials(user_id=user.id)
    if links.delete()[0]:
        leave_leaf_of_credentials(
            verb="identity.federation.unlinked", user_id=user.id, actor=actor, before=before
        )
        _tell(user, f"{provider_id} signs you in no more")


def _tell(user: User, done: str) -> None:
    # A new way in outlives a new password: whoever did not open it has to hear of it.
    write_letter(
        address=user.email, username=user.username, topic="federation", done=done, advice=BY_THEMSELVES
    )


@transactional
def linked_providers(*, user: User) -> list[str]:
    """Return the ids of the providers that the user is linked to."""
    return list(SocialAccount.objects.filter(user_id=user.id).values_list("provider", flat=True))


def is_linked(*, provider: Provider, claims: Claims, user: User) -> bool:
    """Return whether the provider speaks of this user; no rule links anybody meanwhile."""
    found = _linked(provider, claims)
    return found is not None and found.id == user.id


@transactional
def _linked(provider: Provider, claims: Claims) -> User | None:
    found = SocialAccount.objects.filter(provider=provider.id, uid=claims.subject).select_related("user")
    account = found.first()
    return None if account is None else account.user


@transactional
def _by_verified_email(provider: Provider, claims: Claims) -> User | None:
    """Return the one person with the address that the provider verified, where a rule lets it say so."""
    domain = claims.email.rpartition("@")[2].lower()
    is_trusted = provider.links_by_verified_email and domain in provider.email_domains
    if not is_trusted or not claims.is_email_verified:
        return None
    people = list(User.objects.filter(email__iexact=claims.email, is_active=True, kind=User.Kind.PERSON)[:2])
    # Whoever administers the platform signs in here, or links by hand: no other system decides about that.
    if len(people) != 1 or PLATFORM_ADMINISTRATOR in people[0].platform_roles:
        return None
    try:
        attempt(lambda: link(provider=provider, claims=claims, user=people[0], actor=FEDERATION))
    except AccessMustBeGranted:
        # Answered like an address that nobody has.
        return None
    return people[0]
