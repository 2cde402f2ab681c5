# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of sign-ins."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from cortex.identity.federation.take_back_roles import take_back_roles_of_gone_rules
from cortex.identity.membership_changes import GRANT, REVOKE
from cortex.identity.one_time_sign_in import forget_expired_links
from cortex.identity.send_reset_links import send_reset_links as send_links_asked_for
from cortex.identity.sessions import forget_ended_sessions
from cortex.identity.sign_in_attempts import forget_old_attempts
from cortex.ports.asking import asks, asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@shared_task(name="cortex.identity.forget_expired_sign_ins", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("what is over opens nothing any more, and belongs to no company")
def forget_expired_sign_ins() -> None:
    """Delete sessions and one-time links that are over: they open nothing any more."""
    forget_expired_links(at=get(Clock).now())
    SessionStore.clear_expired()
    forget_old_attempts(at=get(Clock).now())
    forget_ended_sessions()


@shared_task(name="cortex.identity.send_reset_links", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("whoever forgot a password is nobody yet; the link goes to the address of the account alone")
def send_reset_links() -> None:
    """Send the links that were asked for in place of forgotten passwords."""
    send_links_asked_for(at=get(Clock).now())


@shared_task(name="cortex.identity.take_back_roles", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(GRANT, REVOKE)
def take_back_roles() -> None:
    """Take back the roles that rules gave which the configuration no longer holds."""
    take_back_roles_of_gone_rules()
