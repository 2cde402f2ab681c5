# SPDX-License-Identifier: Apache-2.0
"""Take what a provider says for a credential given again, if it was given there just now."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from cortex.errors import CortexError
from cortex.identity.authentication import FEDERATED, Vouched
from cortex.identity.federation.claims import LEEWAY_SECONDS, Claims
from cortex.identity.federation.linking import is_linked
from cortex.identity.federation.providers import Provider
from cortex.identity.models import User
from cortex.identity.sessions import confirm_session


class ConfirmationMustBeTheirOwn(CortexError):
    """The provider speaks of somebody else than who is signed in here."""

    code = "identity.confirmation_must_be_their_own"
    status = 403


class ConfirmationMustBeGivenNow(CortexError):
    """The provider does not say that a credential was given after it was asked for."""

    code = "identity.confirmation_must_be_given_now"
    status = 403


def confirm_by_provider(
    *,
    request: HttpRequest,
    user: User,
    provider: Provider,
    claims: Claims,
    asked_at: datetime,
    at: datetime,
) -> None:
    """Note that the person gave a credential there since `asked_at`.

    Raises: ConfirmationMustBeTheirOwn, ConfirmationMustBeGivenNow.
    """
    if not is_linked(provider=provider, claims=claims, user=user):
        raise ConfirmationMustBeTheirOwn(
            f"{provider.name}: expected the account that is linked to {user.username}, got another one. "
            "Sign out there, and confirm again.",
            evidence={"object": "account", "remedy": "sign out there, and confirm again"},
        )
    given_at = claims.signed_in_at
    # Clocks differ a little; a session of that system from before is older than that.
    if given_at is None or given_at < asked_at - timedelta(seconds=LEEWAY_SECONDS):
        raise ConfirmationMustBeGivenNow(
            f"{provider.name}: expected a credential given there just now, got "
            f"{'none that it tells of' if given_at is None else 'an older one'}. Set a password by "
            "“Password forgotten?” and confirm with it, or add a second factor.",
            evidence={"object": "account", "remedy": "set a password and confirm with it"},
        )
    vouched = Vouched(given_at)
    confirm_session(request=request, user=user, methods=[FEDERATED], at=at, vouched=vouched)
