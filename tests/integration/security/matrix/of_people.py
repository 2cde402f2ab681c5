# SPDX-License-Identifier: Apache-2.0
"""Situations of people: how long ago they signed in, what else they are, and what is their own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from cortex import clock
from cortex.identity.invitations.invite import invite
from cortex.identity.models import SignedInSession
from cortex.mail.letters import opened_body
from cortex.mail.models import Letter
from cortex.people import enrolment
from cortex.policy.active import ACTIVE
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.policy_versions.people import fresh, simulated
from tests.integration.security.matrix.cast import Stage, Who, browser
from tests.integration.security.matrix.situations import about, beside, joined, situation

IN_FORCE = """
INSERT INTO policy_activation (version_id, reason, activated_by, activated_at)
SELECT id, '', 'service:console', now() FROM policy_version WHERE number = %s
"""
PASSWORD = "a bicycle with three wheels"  # pragma: allowlist secret


@situation("an hour after signing in")
def an_hour_later(stage: Stage) -> Iterator[Stage]:
    at = clock.now() - timedelta(hours=1)
    stale = {
        role: Who(session=sign_in(browser(), user, methods=("pwd", "otp"), at=at))
        for role, user in stage.users.items()
    }
    yield replace(stage, who=stale)


@situation("one's own account")
def own_account(stage: Stage) -> Iterator[Stage]:
    yield stage


@situation("no second factor")
def no_factor(stage: Stage) -> Iterator[Stage]:
    # Those of the stage of whom one is asked have one.
    Authenticator.objects.all().delete()
    clerk = joined(stage, "both", "administrator", "clerk")
    controller = joined(stage, "keeper", "controller", is_platform_administrator=True)
    yield beside(stage, administrator_and_clerk=clerk, platform_admin_and_controller=controller)


@situation("a session of one factor that a door forgets to stop")
def one_factor(stage: Stage) -> Iterator[Stage]:
    # With a factor they would be asked for it as for a credential of the last ten minutes.
    Authenticator.objects.all().delete()
    sessions = {
        role: Who(session=sign_in(browser(), user, methods=("pwd",))) for role, user in stage.users.items()
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(enrolment, "must_have_second_factor", lambda **given: False)
        yield replace(stage, who=sessions)


@situation("a session of somebody else")
def session_of_another(stage: Stage) -> Iterator[Stage]:
    victim, now = joined(stage, "elsewhere", "viewer"), clock.now()
    session = sign_in(browser(), victim).session
    found = SignedInSession.objects.create(
        user=victim, session_key=session.session_key, methods=["pwd"], began_at=now, last_used_at=now
    )
    yield about(stage, session_id=found.id)


@situation("an account with a role on the platform")
def holder_of_a_platform_role(stage: Stage) -> Iterator[Stage]:
    yield about(stage, account_id=joined(stage, "keeper", is_platform_administrator=True).id)


@situation("an account with a role in a company")
def holder_of_a_company_role(stage: Stage) -> Iterator[Stage]:
    member = with_factor(joined(stage, "member", "controller"))
    bodies = {"/change-address/": {"address": "new@example.org"}}
    yield replace(about(stage, account_id=member.id), bodies=bodies)


@situation("an auditor who is an accountant too")
def auditor_and_accountant(stage: Stage) -> Iterator[Stage]:
    yield beside(stage, auditor_and_accountant=joined(stage, "both", "auditor", "accountant"))


@situation("a keeper of the registry of schemas")
def keeper(stage: Stage) -> Iterator[Stage]:
    both = joined(stage, "both", "controller", is_platform_administrator=True)
    yield beside(stage, platform_admin_and_controller=both)


@situation("a version of the policies of one's own")
def own_version(stage: Stage) -> Iterator[Stage]:
    version = simulated(fresh(stage.users["platform-admin"]))
    colleague = joined(stage, "colleague", is_platform_administrator=True)
    yield about(beside(stage, colleague=colleague), version_id=version.pk, digest=version.digest)


@situation("another version of the policies in force")
def other_policies(stage: Stage) -> Iterator[Stage]:
    # What decides meanwhile are those of the program: which version counts is another test's question.
    ACTIVE.settle(number=0)
    with pytest.MonkeyPatch.context() as patched, connection.cursor() as cursor:
        patched.setattr(ACTIVE, "_found", lambda: 0)
        cursor.execute(IN_FORCE, [stage.values_for("/versions/{number}:activate")["number"]])
        yield stage


@situation("somebody who was invited")
def invited(stage: Stage) -> Iterator[Stage]:
    administrator = fresh(stage.users["administrator"])
    with stage.own.entered():
        invite(
            company_id=stage.company_id, email="erik@example.org", roles=["clerk"], invited_by=administrator
        )
    letter = opened_body(Letter.objects.latest("created_at"))
    token = re.search(r"/accounts/invitations/[^/]+/([^/\s]+)/", letter)
    assert token is not None
    chosen = {"username": "erik", "new_password": PASSWORD, "repeated_password": PASSWORD}
    yield replace(about(stage, token=token[1]), bodies={"/{token}/": chosen})
