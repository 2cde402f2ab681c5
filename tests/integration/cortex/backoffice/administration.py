# SPDX-License-Identifier: Apache-2.0
"""Somebody's browser in the administration, and the pages that it gets."""

import html

from django.http import HttpResponse
from django.test import Client

from cortex.identity.models import User
from tests.factories.sessions import sign_in


def staff(user: User) -> Client:
    """Let somebody into the administration, with no more rights than the memberships give."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    client = Client(raise_request_exception=False)
    sign_in(client, user)
    return client


def page(response: HttpResponse) -> str:
    """Return the text of a page that was answered."""
    assert response.status_code == 200, response.content
    return html.unescape(response.content.decode())
