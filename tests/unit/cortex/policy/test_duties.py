# SPDX-License-Identifier: Apache-2.0
"""Duties by the policies that the program brings along, by hand; each policy is missed by some case."""

from collections import defaultdict
from dataclasses import replace
from functools import cache

import pytest

from cortex.policy.active import active_engine
from tests.factories.policies import engine_without
from tests.unit.cortex.policy.cases import (
    ALICE,
    CERTIFIED,
    EMERGENCY,
    END_GLASS,
    ERASE,
    FOR_A_PERSON,
    HELD,
    LIMIT,
    LOCK,
    MEMBER,
    OLD_TOKEN,
    ONE_FACTOR,
    OPEN_GLASS,
    OTHER,
    POST,
    REOPEN,
    Case,
    account,
    document,
    draft,
    emergency,
    into,
    of_the_platform,
    proposal,
    version,
)
from tests.unit.cortex.policy.duties_of_calls import CASES_OF_CALLS
from tests.unit.cortex.policy.duties_of_marketplace import CASES_OF_THE_MARKETPLACE
from tests.unit.cortex.policy.duties_of_plugins import CASES_OF_PLUGINS
from tests.unit.cortex.policy.test_default_rights import EXPECTED

CASES: dict[str, tuple[Case, bool]] = {
    "below the limit": (draft(99), True),
    "at the limit": (draft(100), True),
    "above the limit": (draft(101), False),
    "above the limit, agreed": (draft(101, context={"has_consent": True}), True),
    "without a limit": (draft(10**12, limit=None), True),
    "into open and soft-closed periods": (into("open", "soft_closed"), True),
    "into a closed period": (into("open", "closed"), False),
    "into a locked period": (into("locked"), False),
    "into a closed period, agreed": (into("closed", context={"has_consent": True}), False),
    "into a closed period in an emergency": (into("closed", context=EMERGENCY), False),
    "one's own bill": (document("accounting.bill.approve", "Bill", ALICE), False),
    "another's bill": (document("accounting.bill.approve", "Bill", OTHER), True),
    "one's own payment": (document("accounting.payment.release", "Payment", ALICE), False),
    "another's payment": (document("accounting.payment.release", "Payment", OTHER), True),
    "one's own bank account": (document("accounting.bank_account.approve", "BankAccount", ALICE), False),
    "another's bank account": (document("accounting.bank_account.approve", "BankAccount", OTHER), True),
    "one's own pack": (of_the_platform("audit.pack.approve", "Audit::Pack", ALICE, "platform-admin"), False),
    "another's pack": (of_the_platform("audit.pack.approve", "Audit::Pack", OTHER, "platform-admin"), True),
    "one's own plugin": (
        of_the_platform("plugins.plugin.approve", "Plugins::Plugin", ALICE, "plugin-reviewer"),
        False,
    ),
    "another's plugin": (
        of_the_platform("plugins.plugin.approve", "Plugins::Plugin", OTHER, "plugin-reviewer"),
        True,
    ),
    **CASES_OF_PLUGINS,
    **CASES_OF_CALLS,
    **CASES_OF_THE_MARKETPLACE,
    "one's own proposal": (proposal(ALICE), False),
    "another's proposal": (proposal(OTHER), True),
    "one's own proposal, through a client": (
        proposal(ALICE, kind="Client", name="shop", asker={"acts_for": ALICE}),
        False,
    ),
    "one's own policies": (version(ALICE), False),
    "another's policies": (version(OTHER), True),
    "one's own policies by a program": (replace(version(ALICE), kind="Client", asker=FOR_A_PERSON), False),
    "another's policies by a program": (replace(version(OTHER), kind="Client", asker=FOR_A_PERSON), True),
    "lock after a fresh sign-in": (Case(LOCK), True),
    "lock long after signing in": (Case(LOCK, context={"is_fresh": False}), False),
    "activate long after signing in": (
        Case("policy.version.activate", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "erase alone": (Case(ERASE), False),
    "erase with a colleague": (Case(ERASE, context={"has_consent": True}), True),
    "erase at the console alone": (Case(ERASE, (), kind="Service", name="console"), False),
    "erase as a clerk, with a colleague": (Case(ERASE, ("clerk",), context={"has_consent": True}), False),
    "hold alone": (Case("audit.hold.place"), False),
    "hold with a colleague": (
        Case("audit.hold.place", ("administrator",), context={"has_consent": True}),
        True,
    ),
    "lift a hold alone": (Case("audit.hold.lift"), False),
    "lift a hold with a colleague": (Case("audit.hold.lift", context={"has_consent": True}), True),
    "rules into force alone": (Case("audit.governance.activate", ("platform-admin",)), False),
    "rules into force with a colleague": (
        Case("audit.governance.activate", ("platform-admin",), context={"has_consent": True}),
        True,
    ),
    "schedule deletes what is due": (
        Case("audit.retention.apply", (), kind="Service", name="scheduler"),
        True,
    ),
    "reopen alone": (Case(REOPEN), True),
    "reopen alone where two are asked for": (Case(REOPEN, needs_two=True), False),
    "reopen with a colleague": (Case(REOPEN, needs_two=True, context={"has_consent": True}), True),
    "limits alone where two are asked for": (Case(LIMIT, needs_two=True), False),
    "post in a suspended company": (Case(POST, context={"company_is_active": False}), False),
    "read in a suspended company": (
        Case("accounting.books.read", context={"company_is_active": False}),
        True,
    ),
    "auditor who is an accountant posts": (Case(POST, ("auditor", "accountant")), False),
    "auditor reads deliveries": (Case("events.delivery.read", ("auditor",)), True),
    "client with the scope": (Case(POST, kind="Client"), True),
    "client without the scope": (Case(POST, kind="Client", asker={"scopes": ["jobs:read"]}), False),
    "person by a token without the scope": (Case(POST, asker={"scopes": ["jobs:read"]}), False),
    "client with its certificate": (
        Case(POST, kind="Client", asker=CERTIFIED, context={"certificate": "spiffe://cortex/shop"}),
        True,
    ),
    "client with another's certificate": (
        Case(POST, kind="Client", asker=CERTIFIED, context={"certificate": "spiffe://cortex/other"}),
        False,
    ),
    "client without a certificate": (Case(POST, kind="Client", asker=CERTIFIED), False),
    "console": (Case(POST, (), kind="Service", name="console"), True),
    "another service": (Case(POST, (), kind="Service", name="stranger"), False),
    "schedule ends proposals": (
        Case("approvals.proposal.expire", (), kind="Service", name="scheduler"),
        True,
    ),
    "rules of a provider give memberships": (
        Case("identity.membership.grant", (), kind="Service", name="federation"),
        True,
    ),
    "let people in long after signing in": (
        Case("identity.membership.grant", ("administrator",), context={"is_fresh": False}),
        False,
    ),
    "let people in by an old token of a person": (
        Case("identity.membership.grant", ("administrator",), **OLD_TOKEN),
        False,
    ),
    "let people in by a new token of a person": (
        Case("identity.membership.grant", ("administrator",), kind="Client", asker=FOR_A_PERSON),
        True,
    ),
    "activate by an old token of a person": (
        Case("policy.version.activate", ("platform-admin",), **OLD_TOKEN),
        False,
    ),
    "lock by an old token of a person": (Case(LOCK, **OLD_TOKEN), False),
    "lock by the token of a machine": (Case(LOCK, kind="Client", context={"is_fresh": False}), True),
    "take a membership away in a review long after signing in": (
        Case("access_reviews.membership.answer", context={"is_fresh": False}),
        False,
    ),
    "change limits without a limit": (Case("approvals.limit.change"), True),
    "change limits that bind oneself": (
        Case("approvals.limit.change", asker={"entry_limit_minor": 100}),
        False,
    ),
    "change limits that bind oneself, agreed": (
        Case("approvals.limit.change", asker={"entry_limit_minor": 100}, context={"has_consent": True}),
        True,
    ),
    "let people in without a second factor": (
        Case("identity.membership.grant", ("administrator",), context=ONE_FACTOR),
        False,
    ),
    "let people in without a second factor, by a token": (
        Case(
            "identity.membership.grant",
            ("administrator",),
            asker={"scopes": ["identity:write"]},
            context=ONE_FACTOR,
        ),
        True,
    ),
    "controller reviews without a second factor": (
        Case("access_reviews.review.open", ("controller",), context=ONE_FACTOR),
        True,
    ),
    "write policies without a second factor": (
        Case("policy.version.write", ("platform-admin",), context=ONE_FACTOR),
        False,
    ),
    "add the first factor as somebody of the platform": (
        account("identity.own_account.change", ALICE, "platform-admin", context=ONE_FACTOR),
        True,
    ),
    "nobody of the platform lacks a factor there": (
        Case("identity.platform_second_factor.lack", ("controller",)),
        True,
    ),
    "somebody of the platform lacks a factor": (
        Case("identity.platform_second_factor.lack", ("platform-admin", "controller")),
        False,
    ),
    "reviewer of plugins lacks a factor": (
        Case("identity.platform_second_factor.lack", ("plugin-reviewer",)),
        False,
    ),
    "administrator who is a clerk lacks a factor": (
        Case("identity.second_factor.lack", ("administrator", "clerk")),
        False,
    ),
    "schedule reminds of reviews": (
        Case("access_reviews.review.remind", (), kind="Service", name="scheduler"),
        True,
    ),
    "schedule reminds of reviews of the platform": (
        Case("access_reviews.platform_review.remind", (), kind="Service", name="scheduler"),
        True,
    ),
    "schedule compares books and log": (
        Case("audit.log.reconcile", (), kind="Service", name="scheduler"),
        True,
    ),
    "schedule compares log": (Case("audit.log.compare", (), kind="Service", name="scheduler"), True),
    "schedule seals logs": (Case("audit.log_segment.seal", (), kind="Service", name="scheduler"), True),
    "schedule seals denials": (Case("audit.denials.seal", (), kind="Service", name="scheduler"), True),
    "schedule compares denials": (Case("audit.denials.compare", (), kind="Service", name="scheduler"), True),
    "schedule runs checks": (Case("audit.check.run", (), kind="Service", name="scheduler"), True),
    "let a control fail alone": (Case("audit.control.except", ("platform-admin",)), False),
    "let a control fail at the console alone": (
        Case("audit.control.except", (), kind="Service", name="console"),
        False,
    ),
    "let a control fail with a colleague": (
        Case("audit.control.except", ("platform-admin",), context={"has_consent": True}),
        True,
    ),
    "schedule takes backups": (
        Case("backups.backup.take", (), kind="Service", name="scheduler"),
        True,
    ),
    "schedule forgets decisions that are over": (
        Case("policy.decision.forget", (), kind="Service", name="scheduler"),
        True,
    ),
    "schedule forgets tokens that are over": (
        Case("programs.token.purge", (), kind="Service", name="scheduler"),
        True,
    ),
    "give a client another secret long after signing in": (
        Case("programs.client.rotate_secret", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "hand approval on long after signing in": (
        Case("approvals.delegation.change", context={"is_fresh": False}),
        False,
    ),
    "change limits long after signing in": (Case(LIMIT, context={"is_fresh": False}), False),
    "a program changes limits": (Case(LIMIT, kind="Client", context={"is_fresh": False}), True),
    "change limits by a program long after signing in": (Case(LIMIT, **OLD_TOKEN), False),
    "send events elsewhere long after signing in": (
        Case("events.webhook.change", ("administrator",), context={"is_fresh": False}),
        False,
    ),
    "send events elsewhere by a program long after signing in": (
        Case("events.webhook.change", ("administrator",), **OLD_TOKEN),
        False,
    ),
    "open in an emergency long after signing in": (Case(OPEN_GLASS, context={"is_fresh": False}), False),
    "open in an emergency by a token": (Case(OPEN_GLASS, asker={"scopes": ["break_glass:write"]}), False),
    "open in an emergency as a client": (Case(OPEN_GLASS, kind="Client"), False),
    "open in an emergency with a password alone": (Case(OPEN_GLASS, context=ONE_FACTOR), False),
    "nobody lets people in in an emergency with a password alone": (
        Case("identity.membership.grant", (), context={**EMERGENCY, **ONE_FACTOR}),
        False,
    ),
    "nobody posts in an emergency with a password alone": (
        Case(POST, (), context={**EMERGENCY, **ONE_FACTOR}),
        True,
    ),
    "auditor who is an administrator opens": (Case(OPEN_GLASS, ("auditor", "administrator")), False),
    "open an emergency in a suspended company": (
        Case(OPEN_GLASS, context={"company_is_active": False}),
        False,
    ),
    "nobody reads": (Case("accounting.books.read", ()), False),
    "nobody reads in an emergency": (Case("accounting.books.read", (), context=EMERGENCY), True),
    "client reads in an emergency": (
        Case("accounting.books.read", (), kind="Client", context=EMERGENCY),
        False,
    ),
    "nobody posts in an emergency": (Case(POST, (), context=EMERGENCY), True),
    "nobody lets people in in an emergency": (
        Case("identity.membership.grant", (), context=EMERGENCY),
        True,
    ),
    "nobody lets people in in an emergency long after signing in": (
        Case("identity.membership.grant", (), context={**EMERGENCY, "is_fresh": False}),
        False,
    ),
    "nobody locks a period in an emergency": (Case(LOCK, (), context=EMERGENCY), False),
    "nobody changes limits in an emergency": (Case(LIMIT, (), context=EMERGENCY), False),
    "auditor posts in an emergency": (Case(POST, ("auditor",), context=EMERGENCY), False),
    "post in a suspended company in an emergency": (
        Case(POST, (), context={**EMERGENCY, "company_is_active": False}),
        False,
    ),
    "above the limit in an emergency": (draft(101, context=EMERGENCY), False),
    "one's own proposal in an emergency": (proposal(ALICE, context=EMERGENCY), False),
    "end one's own emergency": (emergency(END_GLASS, ALICE), True),
    "end another's emergency": (emergency(END_GLASS, OTHER), False),
    "end another's emergency as a controller": (emergency(END_GLASS, OTHER, "controller"), True),
    "ask to end an emergency in one": (Case(END_GLASS, (), context=EMERGENCY), True),
    "review one's own emergency": (
        emergency("break_glass.access.review", ALICE, "controller"),
        False,
    ),
    "review another's emergency": (emergency("break_glass.access.review", OTHER, "controller"), True),
    "schedule writes down ends of emergencies": (
        Case("break_glass.access.expire", (), kind="Service", name="scheduler"),
        True,
    ),
    "one's own account": (account("identity.own_account.change", ALICE), True),
    "an auditor's own account": (account("identity.own_account.change", ALICE, "auditor"), True),
    # What somebody is in a company takes nothing of the platform's away, and gives nothing there.
    "another administrator's factors": (HELD, False),
    "another's account, as an auditor who helps people": (
        account("identity.session.end", OTHER, "auditor", "platform-admin"),
        True,
    ),
    "versions of the policies, as an auditor of a company": (
        replace(version(OTHER), action="policy.version.read", roles=("auditor",)),
        False,
    ),
    "another's account": (account("identity.own_account.change", OTHER, "platform-admin"), False),
    "one's own account by a token": (
        account("identity.own_account.change", ALICE, asker={"scopes": ["platform:write"]}),
        False,
    ),
    "switch oneself off": (account("identity.user.deactivate", ALICE, "platform-admin"), False),
    "switch another off": (account("identity.user.deactivate", OTHER, "platform-admin"), True),
    "switch another off long after signing in": (
        account("identity.user.deactivate", OTHER, "platform-admin", context={"is_fresh": False}),
        False,
    ),
    "help a member of a company alone": (MEMBER, False),
    "help a member of a company with a colleague": (replace(MEMBER, context={"has_consent": True}), True),
    "give another a role of the platform alone": (
        account("identity.platform_role.grant", OTHER, "platform-admin"),
        False,
    ),
    "give another a role of the platform with a colleague": (
        account("identity.platform_role.grant", OTHER, "platform-admin", context={"has_consent": True}),
        True,
    ),
    "give oneself a role of the platform with a colleague": (
        account("identity.platform_role.grant", ALICE, "platform-admin", context={"has_consent": True}),
        False,
    ),
    "entrance creates whoever was invited": (
        account("identity.user.create", OTHER, kind="Service", name="entrance"),
        True,
    ),
    "switch a schedule long after signing in": (
        Case("jobs.schedule.switch", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "answer for a role long after signing in": (
        Case("access_reviews.platform_review.answer", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "take a certificate back long after signing in": (
        Case("pki.certificate.revoke", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "change a client long after signing in": (
        Case("programs.client.change", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "administrator switches another off": (
        account("identity.user.deactivate", OTHER, "administrator"),
        False,
    ),
    "link for somebody, as a platform administrator": (
        account("identity.sign_in_link.issue", OTHER, "platform-admin"),
        False,
    ),
    "link for somebody, at the console": (
        account("identity.sign_in_link.issue", OTHER, kind="Service", name="console"),
        True,
    ),
    "schedule posts": (Case(POST, (), kind="Service", name="scheduler"), False),
}
RIGHTS = {
    f"{role} and {action}": (Case(action, (role,)), role in allowed)
    for action, allowed in EXPECTED.items()
    for role in ("viewer", "clerk", "accountant", "controller", "auditor", "administrator", "service")
} | {
    f"{role} and {action}": (Case(action, (role,)), role in allowed)
    for action, allowed in EXPECTED.items()
    for role in ("platform-admin", "plugin-reviewer")
}


@cache
def known() -> list[str]:
    return sorted(active_engine().policies)


class TestDuty:
    @pytest.mark.parametrize("name", CASES)
    def test_is_kept(self, name: str) -> None:
        case, expected = CASES[name]
        answer = active_engine().answer(case.question(active_engine()))
        assert (answer.is_allowed, answer.errors) == (expected, ())


class TestPolicy:
    def test_is_missed_when_it_is_taken_away(self) -> None:
        unmissed = [name for name in known() if not is_missed(name)]
        assert unmissed == []


def is_missed(name: str) -> bool:
    """Tell whether some answer written down here changes without this policy."""
    engine = engine_without(name)
    return any(
        engine.answer(case.question(engine)).is_allowed != expected for case, expected in decided_by()[name]
    )


@cache
def decided_by() -> dict[str, list[tuple[Case, bool]]]:
    """Return, by policy, the cases whose answer names it: without it no other answer can change."""
    found: dict[str, list[tuple[Case, bool]]] = defaultdict(list)
    for case, expected in [*CASES.values(), *RIGHTS.values()]:
        for name in active_engine().answer(case.question(active_engine())).policy_ids:
            found[name].append((case, expected))
    return found
