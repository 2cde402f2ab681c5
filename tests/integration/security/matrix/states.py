# SPDX-License-Identifier: Apache-2.0
"""Objects in states in which verbs are open: what is off to switch it on, what is approved to activate it.

A verb that the state of an object closes answers everybody alike, so that it tells nothing of who gets in.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from oauth2_provider.models import get_application_model

from apps.accounting.services.close_period import close_period
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from cortex import clock
from cortex.access_reviews.models import PlatformReviewItem
from cortex.access_reviews.open_platform_review import open_platform_review
from cortex.approvals.delegate import delegate
from cortex.approvals.selectors import waiting_about
from cortex.identity.models import SignedInSession, User
from cortex.identity.platform_role_kinds import grant_or_propose
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.trail import OBJECT_TYPE as VERSION
from cortex.programs.clients.switch_client import switch_client
from tests.factories.books import CONSOLE, Books
from tests.factories.people import person
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.frame.clones import Clone
from tests.integration.cortex.policy_versions.people import NO_CLERKS, fresh, simulated
from tests.integration.security.matrix.objects import above_the_limit
from tests.integration.security.matrix.of_plugins import plugins_in_states
from tests.integration.security.matrix.of_the_marketplace import open_marketplace

# By the end of a call's name: what stands in its address and its body instead of the stage's own values.
Instead = Mapping[str, Mapping[str, str]]
# It changes no answer, so that nothing else turns out otherwise while it is in force for a call.
VIEWERS_POST_NOTHING = NO_CLERKS.replace("clerk", "viewer")
VERSION_IN_STATE = """
INSERT INTO policy_version (id, text, author, note, created_at, state, validated_at, simulated_at,
                            approved_by, approved_at, activated_at)
SELECT ('ffffffff' || substr(gen_random_uuid()::text, 9))::uuid, text, author, note, created_at,
       %(state)s::text, now(), simulated_at,
       CASE WHEN %(state)s::text <> 'validated' THEN 'service:console' END,
       CASE WHEN %(state)s::text <> 'validated' THEN now() END,
       CASE WHEN %(state)s::text = 'retired' THEN now() END
  FROM policy_version WHERE number = %(number)s RETURNING id, number
"""
COMPLETED_REVIEWS = """
INSERT INTO access_reviews_review (id, company_id, state, reason, due_date, opened_by, opened_at, closed_by,
                                   closed_at, result)
VALUES (%(id)s, %(company)s, 'completed', 'testing', now(), 'service:console', now(), 'service:console',
        now(), '{}');
INSERT INTO access_reviews_platform_review (id, state, reason, due_date, opened_by, opened_at, closed_by,
                                            closed_at, result)
VALUES (%(id)s, 'completed', 'testing', now(), 'service:console', now(), 'service:console', now(), '{}')
"""
OFF = """
INSERT INTO events_webhook_endpoint
  (id, company_id, url, description, event_types, is_active, disabled_reason, failures_in_a_row,
   secret_version, secret_changed_at, created_at)
VALUES (%(id)s, %(company)s, 'https://receiver.example/off', '', '{*}', false, 'Off', 0, 1, now(), now())
"""


def open_states(own: Books, clone: Clone, users: Mapping[str, User]) -> Instead:
    """Put the objects on the stage; return for which calls they are meant."""
    # The last of its kind, so that the stage's own rows stay the first.
    ids = {"id": UUID(int=2**128 - 1), "company": own.company_id}
    with psycopg.connect(clone.admin_dsn) as admin:
        for statement in (*COMPLETED_REVIEWS.split(";"), OFF):
            admin.execute(statement, ids)
    return {
        **_of_versions(clone),
        **_of_people(users),
        **_of_schedules_and_clients(),
        **_of_the_company(own, users),
        **plugins_in_states(own),
        **open_marketplace(),
        "access_reviews.accessreview result": {"object_id": str(ids["id"])},
        "access_reviews.platformreview result": {"object_id": str(ids["id"])},
        "/webhooks/{webhook_id}:activate": {"webhook_id": str(ids["id"])},
        "events.webhookendpoint activate": {"object_id": str(ids["id"])},
    }


def _of_versions(clone: Clone) -> Instead:
    """Put a version of the policies into each state, of which only the first steps are taken as people do."""
    version = simulated(fresh(User.objects.get(username="dana")), VIEWERS_POST_NOTHING)
    waiting = waiting_about(company_id=None, object_type=VERSION, object_id=version.id)
    assert waiting is not None
    with psycopg.connect(clone.admin_dsn) as admin:
        rows = {state: _version_in(admin, version, state) for state in ("validated", "approved", "retired")}
    by_verb = {"simulate": "validated", "activate": "approved", "roll-back": "retired"}
    decided = {"object_id": str(waiting.id), "digest": waiting.digest}
    return {
        **{f"policy.policyversion {verb}": {"object_id": rows[state][0]} for verb, state in by_verb.items()},
        **{f"/versions/{{number}}:{verb}": {"number": rows[state][1]} for verb, state in by_verb.items()},
        **{f"policy {verb} {{number}}": {"number": rows[state][1]} for verb, state in by_verb.items()},
        "policy rollback {number} --reason Stricter": {"number": rows["retired"][1]},
        "policy approve {number}": {"number": str(version.number)},
        "/policies:roll-back": {"number": rows["retired"][1]},
        "policy.policyversion approve": {"object_id": str(version.pk), "digest": version.digest},
        "/versions/{number}:approve": {"number": str(version.number), "digest": version.digest},
        "approvals.proposal list": decided,
        **{f"approvals.proposal {word}": decided for word in ("change", "history", "delete")},
        **{f"approvals.proposal {word}": decided for word in ("approve", "reject", "comment")},
    }


def _version_in(admin: psycopg.Connection[Any], version: PolicyVersion, state: str) -> tuple[str, str]:
    row = admin.execute(VERSION_IN_STATE, {"state": state, "number": version.number}).fetchone()
    assert row is not None
    return str(row[0]), str(row[1])


def _of_people(users: Mapping[str, User]) -> Instead:
    """Let there be an account for each help, a session of somebody, and a role that is asked about."""
    off, holder = person("off"), person("role-holder")
    User.objects.filter(id=off.id).update(is_active=False)
    User.objects.filter(id=holder.id).update(is_plugin_reviewer=True)
    victim = User.objects.get(username="victim")
    review = open_platform_review(
        due_date=clock.now().date(), reason="testing", opened_by=fresh(User.objects.get(username="dana"))
    )
    item = PlatformReviewItem.objects.get(review=review, user=holder)
    asked: Any = grant_or_propose(
        user_id=victim.id, role="plugin-reviewer", granted_by=fresh(users["platform-admin"])
    )
    verbs = {
        "take-role": holder,
        "reactivate": off,
        "let-in": victim,
        "remove-factors": with_factor(person("factored")),
    }
    of_the_review = ("complete", "cancel")
    return {
        **{f"identity.user {verb}": {"object_id": str(user.id)} for verb, user in verbs.items()},
        **{f"access_reviews.platformreview {verb}": {"object_id": str(review.id)} for verb in of_the_review},
        **{f"platformreviewitem {verb}": {"object_id": str(item.id)} for verb in ("confirm", "revoke")},
        "approvals.proposal withdraw": {"object_id": str(asked.id)},
        "identity.signedinsession end": {"object_id": _session_of(victim)},
    }


def _session_of(user: User) -> str:
    now = clock.now()
    key = sign_in(Client(), user).session.session_key
    made = SignedInSession.objects.create(
        user=user, session_key=key, methods=["pwd"], began_at=now, last_used_at=now
    )
    return str(made.pk)


def _of_schedules_and_clients() -> Instead:
    often = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
    task = PeriodicTask.objects.create(
        name="take-up-abandoned-jobs", task="cortex.jobs.take_up_abandoned", interval=often, enabled=False
    )
    Web(client_id="off")
    switch_client(client_id="off", is_enabled=False, switched_by=CONSOLE)
    return {
        "django_celery_beat.periodictask enable": {"object_id": str(task.pk)},
        "oauth2_provider.application enable": {"object_id": _application("off")},
    }


def _application(client_id: str) -> str:
    return str(get_application_model().objects.get(client_id=client_id).pk)


def _of_the_company(own: Books, users: Mapping[str, User]) -> Instead:
    """Close a period, and let people of the company propose and delegate: what is theirs they take back."""
    with own.entered():
        close_period(company_id=own.company_id, period_code="2026-01", closed_by=CONSOLE)
        proposal: Any = post_or_propose_entries(
            company_id=own.company_id, drafts=[above_the_limit()], posted_by=fresh(users["clerk"])
        )
        delegation = delegate(
            company_id=own.company_id,
            delegated_by=fresh(users["controller"]),
            to_user_id=User.objects.get(username="dana").id,
            starts_at=clock.now(),
            ends_at=clock.now() + timedelta(days=1),
        )
    closed, asked = {"period_code": "2026-01"}, {"proposal_id": str(proposal.id)}
    given = {"delegation_id": str(delegation.id)}
    return {
        "/periods/{period_code}:open": closed,
        "open_period --company ACME --period {period_code} --reason Late": closed,
        "lock_period --company ACME --period {period_code}": closed,
        "/periods/{period_code}:lock": closed,
        "/approvals/{proposal_id}:withdraw": asked,
        "/approvals/{proposal_id}/withdraw/": asked,
        "/approval-delegations/{delegation_id}:end": given,
        "/approvals/delegations/{delegation_id}/": given,
        "/approvals/delegations/{delegation_id}/end/": given,
    }
