# SPDX-License-Identifier: Apache-2.0
"""What commands, tasks, jobs and subscribers declare is what they ask: each is run, and heard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pyrage
import pytest
from allauth.socialaccount.models import SocialAccount
from celery import current_app
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from apps.audit.adapters.mirror.s3_mirror import Bucket, S3Mirror
from apps.audit.domain.mirror.mirror import MirrorPlace, Mirrors
from cortex import clock
from cortex.access_reviews.open_review import open_review
from cortex.approvals.selectors import waiting_proposals
from cortex.backups.archive import seal
from cortex.backups.report import Contents
from cortex.break_glass.errors import EmergencyAccessMustBeTheOnlyOne
from cortex.confidential import Secret
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.events.bus import Bus
from cortex.events.bus.memory import InMemoryBus
from cortex.events.received import ReceivedEvent
from cortex.events.subscribers import all_subscribers
from cortex.identity.given_roles import GivenRoles, store_given_roles
from cortex.identity.models import User
from cortex.jobs.kinds import all_kinds
from cortex.jobs.run import run_job
from cortex.policy.authorizer import CedarAuthorizer
from cortex.policy.packaged import packaged_text
from cortex.ports.asking import ANY_VERB, asking_of
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.architecture.test_asking import our_commands, our_tasks
from tests.factories.books import CONSOLE, open_books
from tests.factories.clocks import ClockAhead
from tests.factories.people import let_in, person
from tests.factories.sessions import with_factor
from tests.frame import clones
from tests.frame.authority import Estate
from tests.frame.server import server
from tests.integration.apps.accounting.journals import ACCOUNTS, JOURNAL
from tests.integration.cortex.policy_versions.people import NO_CLERKS
from tests.integration.isolation.test_scope import APPROVALS, JOB
from tests.integration.security.asked import RUNS
from tests.integration.security.askers import CONSOLE as AT_THE_CONSOLE
from tests.integration.security.askers import JOBS, PERSON, ROLES, TASKS

REFUSALS = (CortexError, CommandError, SystemExit)


@pytest.fixture(scope="module")
def scene(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[clones.Clone]:
    """Return a database in which commits are real, with a company and its people."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        yield own


@pytest.fixture(scope="module")
def company(scene: clones.Clone) -> Any:
    """Return the books of a company that two controllers, who are platform administrators, answer for."""
    books = open_books(code="ACME")
    for name in ("anna", "carl"):
        user = person(name)
        let_in(company_id=books.company_id, user_id=user.id, roles=["controller"])
    User.objects.filter(username__in=("anna", "carl")).update(is_superuser=True, is_staff=True)
    return books


@pytest.fixture
def given(tmp_path: Path, scene: clones.Clone, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the files that commands are given, by the names that rows have for them."""
    monkeypatch.setenv("DATABASE_ADMIN_URL", scene.admin_dsn)
    contents = {"accounts": ACCOUNTS, "journal": JOURNAL, "policies": (packaged_text() + NO_CLERKS).encode()}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    Estate(tmp_path)
    _back_up_nothing(tmp_path)
    files = (*contents, "authority", "signature", "backup", "identity")
    return {"database": scene.name, **{name: str(tmp_path / name) for name in files}}


def _back_up_nothing(directory: Path) -> None:
    """Write a backup without rows, and the identity that opens it."""
    identity = pyrage.x25519.Identity.generate()
    (directory / "identity").write_text(str(identity))
    contents = Contents(
        taken_at=clock.now(),
        database="none",
        server_version=180000,
        system_identifier=1,
        next_xid=1,
        migrations=(),
        measured={},
    )
    with (directory / "backup").open("wb") as out:
        seal(measured=contents.pack(), dump=BytesIO(), out=out, recipients=[identity.to_public()])


@dataclass
class Heard:
    """The actions that were asked for, in whose names, and which of them were refused."""

    actions: set[str] = field(default_factory=set)
    askers: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


@contextmanager
def heard(monkeypatch: pytest.MonkeyPatch, found: Heard) -> Iterator[None]:
    """Listen to the questions; each is answered as ever."""
    ask = CedarAuthorizer.require

    def require(self: CedarAuthorizer, *, principal: Principal, action: str, **question: Any) -> None:
        found.actions.add(action)
        found.askers.add(principal.urn if principal.kind == "service" else "person")
        try:
            ask(self, principal=principal, action=action, **question)
        except AccessMustBeGranted as refusal:
            found.refused.add(f"{action} {refusal.code}")
            raise

    with monkeypatch.context() as patched:
        patched.setattr(CedarAuthorizer, "require", require)
        yield


def listened(do: Callable[[], object], monkeypatch: pytest.MonkeyPatch, found: Heard | None = None) -> Heard:
    """Do it, and return what was heard; a refusal ends it."""
    found = found or Heard()
    with heard(monkeypatch, found), suppress(*REFUSALS):
        do()
    return found


class MirrorsThatAreAway:
    """A mirror of the log whose bucket does not answer."""

    def configured(self) -> MirrorPlace:
        bucket = Bucket(
            address="http://localhost:9",
            name="log",
            region="here",
            key_id=Secret("id"),
            secret_key=Secret("key"),  # pragma: allowlist secret
        )
        return MirrorPlace(name="away", mirror=S3Mirror(bucket), kept_days=1)


class TestCommand:
    def test_has_a_run_for_each_verb(self) -> None:
        commands = our_commands().items()
        declared = {(name, verb) for name, command in commands for verb in asking_of(type(command)) or ()}
        assert set(RUNS) == declared

    def test_asks_what_it_declares(
        self, company: Any, given: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        commands, differing, strange = our_commands(), {}, {}
        with override(Mirrors, MirrorsThatAreAway()):
            for (name, verb), runs in RUNS.items():
                asked = Heard()
                for arguments in runs:
                    line = [self._filled(each, company, given) for each in arguments]
                    listened(lambda name=name, line=line: _run(name, line), monkeypatch, asked)
                people = {PERSON} if any("--as" in arguments for arguments in runs) else set()
                # To put it before a second person is no refusal.
                refused = {each for each in asked.refused if not each.endswith(ApprovalMustComeFirst.code)}
                if refused or not asked.askers <= {AT_THE_CONSOLE, *people}:
                    strange[name, verb] = (asked.askers, refused)
                declared = (asking_of(type(commands[name])) or {})[verb].actions
                if asked.actions != declared:
                    differing[name, verb] = (
                        sorted(declared - asked.actions),
                        sorted(asked.actions - declared),
                    )
        assert differing == {}
        assert strange == {}

    def _filled(self, word: str, company: Any, given: dict[str, str]) -> str:
        if word == "{proposal 0}":
            with scope([company.company_id]):
                return str(transactional(waiting_proposals)(company_id=company.company_id, reader=None)[0].id)
        return given.get(word.strip("{}"), word) if word.startswith("{") else word


def _run(name: str, line: list[str]) -> None:
    call_command(name, *line, stdout=StringIO(), stderr=StringIO())


# What keeps a task from its work on this machine, such as a bus that is away, keeps it from no question.
ARGUMENTS: dict[str, list[Any]] = {
    "apps.plugins.review": [str(uuid4())],
    "apps.plugins.run": [str(uuid4()), str(uuid4())],
    "cortex.jobs.run": [str(uuid4()), str(uuid4())],
    "cortex.policy_versions.simulate": [str(uuid4())],
    "cortex.events.deliver": ["webhooks", [0]],
    "cortex.events.send_webhooks": [str(uuid4()), str(uuid4())],
}


PLATFORM_REVIEW = """
INSERT INTO access_reviews_platform_review (id, state, reason, due_date, opened_by, opened_at)
VALUES (%s, 'open', 'testing', %s, 'service:console', now())
"""


class TestTask:
    def test_asks_what_it_declares(
        self,
        company: Any,
        scene: clones.Clone,
        monkeypatch: pytest.MonkeyPatch,
        settings: Settings,
        tmp_path: Path,
    ) -> None:
        self._make_everything_due(company, scene)
        settings.LOG_CUSTODY_FILES = (str(tmp_path / "web.log"),)
        monkeypatch.setattr(current_app, "send_task", lambda *_arguments, **_options: None)
        differing, askers = {}, {}
        with override(Bus, InMemoryBus()), override(Clock, ClockAhead(by=timedelta(days=400))):
            for name, task in our_tasks().items():
                run = partial(task.run, *ARGUMENTS.get(name, ()))
                asked = listened(run, monkeypatch)
                assert asked.refused == set(), name
                if asked.askers:
                    (askers[name],) = asked.askers
                declared = (asking_of(task) or {})[ANY_VERB].actions
                if asked.actions != declared:
                    differing[name] = (sorted(declared - asked.actions), sorted(asked.actions - declared))
        assert differing == {}
        assert askers == TASKS

    def _make_everything_due(self, company: Any, scene: clones.Clone) -> None:
        """Let a review, proposals and emergency access wait for the schedule."""
        with scope([company.company_id]):
            today = clock.now().date()
            open_review(company_id=company.company_id, due_date=today, reason="testing", opened_by=CONSOLE)
        with psycopg.connect(scene.admin_dsn) as admin:
            admin.execute(PLATFORM_REVIEW, [uuid4(), today])
            for where in (company.company_id, None):
                admin.execute(APPROVALS[0], {"id": uuid4(), "company": where})
        for name, by_hand in (("warden", ["viewer"]), ("ward", [])):
            with scope([company.company_id]):
                self._link_to_a_gone_provider(company.company_id, person(name).id, by_hand)
        emergency = ("--as", "anna", "open", "--reason", "The clerk is ill today")
        with suppress(EmergencyAccessMustBeTheOnlyOne):
            _run("break_glass", ["--company", "ACME", *emergency])

    @transactional
    def _link_to_a_gone_provider(self, company_id: UUID, user_id: UUID, by_hand: list[str]) -> None:
        given = GivenRoles(by_hand=frozenset(by_hand), by_rules={"gone": frozenset({"clerk"})})
        store_given_roles(company_id=company_id, user_id=user_id, given=given)
        said = {"memberships": {"ACME": ["clerk"]}}
        SocialAccount.objects.create(user_id=user_id, provider="gone", uid=str(user_id), extra_data=said)


OF_A_PERSON = """
UPDATE jobs_job SET owner_kind = 'user', owner_id = %(user)s::text, owner_user_id = %(user)s
 WHERE id = %(job)s
"""


class TestKindOfJob:
    def test_asks_for_its_action_in_the_name_of_whoever_wanted_it(
        self, company: Any, scene: clones.Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for kind in all_kinds():
            job = uuid4()
            with psycopg.connect(scene.admin_dsn) as admin:
                admin.execute(JOB.replace("accounting.import_journal", kind.name), [job, company.company_id])
            run = partial(run_job, company_id=company.company_id, job_id=job)
            asked = listened(run, monkeypatch)
            assert asked.actions == {kind.action}
            assert asked.askers == {AT_THE_CONSOLE}

    def test_is_done_for_whoever_may_want_it(
        self, company: Any, scene: clones.Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = {role: with_factor(person(f"{role}-of-jobs")) for role in ROLES}
        for role, user in people.items():
            let_in(company_id=company.company_id, user_id=user.id, roles=[role])
        done = {
            kind.name: {
                role
                for role, user in people.items()
                if not self._run_for(user, kind.name, company, scene, monkeypatch).refused
            }
            for kind in all_kinds()
        }
        assert done == JOBS

    def _run_for(
        self, user: User, kind: str, company: Any, scene: clones.Clone, monkeypatch: pytest.MonkeyPatch
    ) -> Heard:
        job = uuid4()
        with psycopg.connect(scene.admin_dsn) as admin:
            admin.execute(JOB.replace("accounting.import_journal", kind), [job, company.company_id])
            admin.execute(OF_A_PERSON, {"job": job, "user": user.id})
        heard = listened(partial(run_job, company_id=company.company_id, job_id=job), monkeypatch)
        assert heard.askers == {PERSON}
        return heard


class TestSubscriber:
    def test_asks_what_it_declares(
        self, company: Any, scene: clones.Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        of_the_company = "SELECT id FROM events_outbox_event WHERE company_id = %s LIMIT 1"
        with psycopg.connect(scene.admin_dsn) as admin:
            ((event_id,),) = admin.execute(of_the_company, [company.company_id]).fetchall()
        for each in all_subscribers():
            event = ReceivedEvent(
                id=event_id,
                company_id=company.company_id,
                event_type=min(each.event_types),
                aggregate_type="testing",
                aggregate_id=uuid4(),
                published_at=clock.now(),
                data={"state_before": "closed", "state": "open", "period_code": "2026-01", "reason": ""},
                envelope=b"{}",
            )
            with scope([company.company_id]):
                asked = listened(partial(transactional(each.effect), event), monkeypatch)
            assert asked.actions == (asking_of(each.effect) or {})[ANY_VERB].actions, each.name
