# SPDX-License-Identifier: Apache-2.0
"""Whether a client is served at this moment, and whether a token of its counts."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from cortex.identity.models import User
from cortex.identity.peer_certificates import PeerCertificate
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorDuty


def is_served(application: Any) -> bool:
    """Tell whether the client has terms and is enabled; a service also needs its user."""
    try:
        is_enabled = bool(application.program.is_enabled)
    except ObjectDoesNotExist:
        return False
    if application.authorization_grant_type != application.GRANT_CLIENT_CREDENTIALS:
        return is_enabled
    return is_enabled and application.user is not None and bool(application.user.is_active)


def has_its_certificate(application: Any, peer: PeerCertificate | None) -> bool:
    """Tell whether a client whose terms ask for a certificate came with its own."""
    if not application.program.requires_certificate:
        return True
    return peer is not None and peer.spiffe_id == application.program.certificate_id


def acting_user(token: Any) -> User | None:
    """Return the person, or the service user, in whose name a stored token acts."""
    user: User | None = token.user or token.application.user
    return user


def counts(token: Any, *, at: datetime) -> bool:
    """Tell whether a stored token opens anything now."""
    if token.application is None or not is_served(token.application) or token.expires <= at:
        return False
    user = acting_user(token)
    return user is not None and user.is_active


def owes_second_factor(token: Any) -> bool:
    """Tell whether a stored token acts for a person who must have a second factor, and has none.

    It may be older than the role that asks for one, or than the day on which the factor was removed.
    """
    return token.user is not None and get(SecondFactorDuty).is_unmet(user_id=token.user.id)
