# SPDX-License-Identifier: Apache-2.0
"""Sessions of people who have just given their credentials, or did so a while ago."""

from collections.abc import Collection
from datetime import datetime
from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.test import Client

from cortex import clock
from cortex.identity.authentication import record_authentication
from cortex.identity.models import User


def sign_in(
    client: Client, user: User, *, methods: Collection[str] = ("pwd", "otp"), at: datetime | None = None
) -> Client:
    """Sign the user in as if these credentials had been given at this time, by default now."""
    client.force_login(user)
    session = client.session
    record_authentication(session=session, methods=methods, at=at or clock.now())
    session.save()
    return client


def with_factor(user: User) -> User:
    """Give the user an app, of which nobody knows a code: whoever must have a factor has one."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def is_signed_in(client: Client) -> bool:
    """Return whether the browser's session belongs to somebody."""
    return "_auth_user_id" in client.session


def is_let_in(client: Client) -> bool:
    """Return whether the next request of this browser is one of somebody signed in."""
    return client.get("/accounts/security/").status_code == HTTPStatus.OK
