# SPDX-License-Identifier: Apache-2.0
"""What services of our own do, each by a policy of its own: without it nothing is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
import pyrage
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from apps.audit.adapters.compliance.shipped_packs import shipped_packs
from apps.audit.services.compliance.object_types import PACK_TYPE
from apps.audit.services.compliance.write_pack import write_pack
from apps.audit.services.reconcile_documents import BooksMustBeCompared
from apps.audit.tasks import (
    apply_retention_at_night,
    reconcile_documents,
    run_due_checks,
    seal_logs_of_this_machine,
    seal_what_was_denied,
)
from apps.plugins.tasks import check_plugins_at_night
from cortex import clock
from cortex.access_reviews.open_review import open_review
from cortex.access_reviews.tasks import remind
from cortex.approvals.approve import approve
from cortex.approvals.selectors import waiting_about
from cortex.approvals.tasks import expire
from cortex.backups.tasks import keep
from cortex.break_glass.tasks import record_expired
from cortex.container.override import override
from cortex.identity.deactivate_user import deactivate_user
from cortex.identity.models import User
from cortex.policy.authorizer import CedarAuthorizer
from cortex.policy.retention import forget_old_decisions
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.programs.clients.issue_token import issue_token
from cortex.programs.tasks import purge_tokens
from cortex.tenancy import scope
from tests.factories.books import CONSOLE, Books, open_books
from tests.factories.people import create_user, let_in, person, service_client
from tests.factories.policies import without
from tests.frame import clones
from tests.frame.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from tests.frame.server import server
from tests.integration.cortex.identity.test_federation import come_back, linked
from tests.integration.cortex.policy_versions.people import fresh
from tests.integration.isolation.test_scope import APPROVALS, JOB

# Those of the scene itself grow old while a test looks, which would look like its doing.
OLD_DECISION = """
INSERT INTO policy_decision
SELECT '00000000-0000-7000-8000-000000000001', NULL, now() - interval '2 days', 'service:console',
       'testing.do', 'Cortex::Platform', 'platform', true, 'permitted', '{}', '{}', 0, false, NULL
"""


# The second is told at the end of the night, when all companies were tried.
REFUSED = (AccessMustBeGranted, BooksMustBeCompared)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A company in which something waits for each service, and where its trace is read."""

    books: Books
    clone: clones.Clone
    directory: Path

    def read(self, query: str) -> list[Any]:
        with psycopg.connect(self.clone.admin_dsn) as admin:
            return admin.execute(query).fetchall()


@pytest.fixture(scope="module")
def scene(
    django_db_setup: None,
    database_template: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """Return the company in a database of this module's own."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        books = open_books(code="ACME")
        anna, machine = person("anna"), create_user(username="machine", kind=User.Kind.SERVICE)
        let_in(company_id=books.company_id, user_id=anna.id, roles=["controller"])
        service_client(machine)
        issue_token(client_id="machine", scopes=("jobs:read",), at=clock.now())
        today = clock.now().date()
        with scope([books.company_id]):
            open_review(company_id=books.company_id, due_date=today, reason="testing", opened_by=CONSOLE)
        with psycopg.connect(own.admin_dsn) as admin:
            admin.execute(APPROVALS[0], {"id": uuid4(), "company": books.company_id})
            admin.execute(JOB, [uuid4(), books.company_id])
            admin.execute("UPDATE jobs_job SET state = 'succeeded', finished_at = now()")
        opening = ("--as", "anna", "open", "--reason", "The clerk is ill today")
        call_command("break_glass", "--company", "ACME", *opening, stdout=StringIO())
        with psycopg.connect(own.admin_dsn) as admin:
            admin.execute(OLD_DECISION)
        yield Scene(books=books, clone=own, directory=tmp_path_factory.mktemp("provider"))


class InTwoYears(clock.SystemClock):
    """The clock at a time when everything that waits is due, and everything that is kept is over."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=800)

    def today(self) -> date:
        return self.now().date()


def when_due(task: Callable[[], object]) -> Callable[[Scene], object]:
    """Return the task, run when all that waits for it is due."""

    def run(scene: Scene) -> object:
        with override(Clock, InTwoYears()):
            return task()

    return run


def at_the_console(scene: Scene) -> None:
    words = ("--user", "machine", "--company", scene.books.code, "--role", "viewer")
    with suppress(CommandError):
        call_command("grant_membership", *words, stdout=StringIO())


def sign_in_through_a_provider(scene: Scene) -> None:
    user = User.objects.filter(username="fred").first() or person("fred")
    with provider_of(scene) as provider:
        if not SocialAccount.objects.filter(user=user).exists():
            linked(user)
        answer = come_back(Client(), provider, groups=["bookkeepers"])
        assert answer.status_code == 302


@contextmanager
def provider_of(scene: Scene) -> Iterator[OpenIdProvider]:
    """Yield a provider that runs, whose bookkeepers are accountants of the company."""
    rules = [{"group": "bookkeepers", "company": scene.books.code, "roles": ["accountant"]}]
    with openid_provider(scene.directory) as (running, ca_file), pytest.MonkeyPatch.context() as patched:
        patched.setenv("FEDERATION_CORP_SECRET", SECRET)
        corp = {"name": "Corp", "issuer": running.issuer, "client_id": CLIENT, "ca_file": str(ca_file)}
        told = {"corp": {**corp, "rules": rules}}
        with override_settings(PUBLIC_URL="http://testserver", FEDERATION=told):
            yield running


def take_a_backup(scene: Scene) -> None:
    """Let the schedule write one into a directory of its own."""
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATABASE_BACKUP_URL", scene.clone.admin_dsn)
        with override_settings(BACKUP_DIRECTORY=str(scene.directory), BACKUP_RECIPIENTS=(recipient,)):
            keep()


MEMBERS = "SELECT count(*) FROM identity_membership"


# By policy: what is done by it, and a query whose answer is another one afterwards.
def run_checks_of_a_pack(scene: Scene) -> None:
    """Let the schedule run the checks of a pack that two people brought into force."""
    if not scene.read("SELECT FROM audit_pack"):
        text, note = shipped_packs()["soc2-2017-rev2022"]
        row = write_pack(text=text, note=note, written_by=CONSOLE)
        waiting = waiting_about(company_id=None, object_type=PACK_TYPE, object_id=row.id)
        assert waiting is not None
        second = fresh(create_user(username="second", is_platform_administrator=True))
        approve(company_id=None, proposal_id=waiting.id, digest=waiting.digest, approved_by=second)
    run_due_checks()


def seal_a_log(scene: Scene) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory, "web.log")
        path.write_text("a line\n")
        with override_settings(LOG_CUSTODY_FILES=(str(path),)):
            seal_logs_of_this_machine()


def forget() -> object:
    return forget_old_decisions(forgotten_by=Principal.service("scheduler"))


SERVICES: dict[str, tuple[Callable[[Scene], object], str]] = {
    # Before the night, which asks for it, too, and leaves nothing for it to do.
    "policy.scheduler_forgets_decisions": (
        when_due(forget),
        "SELECT count(*) FROM policy_decision WHERE decided_at < now() - interval '1 day'",
    ),
    "access_reviews.scheduler_reminds": (
        when_due(remind),
        "SELECT reminded_date FROM access_reviews_review",
    ),
    "approvals.schedule_ends_proposals": (when_due(expire), "SELECT state FROM approvals_proposal"),
    "audit.scheduler_applies_the_rules": (
        when_due(apply_retention_at_night),
        "SELECT count(*) FROM jobs_job",
    ),
    "audit.scheduler_reconciles": (
        when_due(reconcile_documents),
        "SELECT count(*) FROM audit_reconciliation",
    ),
    "audit.scheduler_seals_logs": (seal_a_log, "SELECT count(*) FROM audit_log_segment"),
    "audit.scheduler_seals_denials": (
        lambda _scene: seal_what_was_denied(),
        "SELECT count(*) FROM audit_denial_seal",
    ),
    "audit.scheduler_runs_checks": (run_checks_of_a_pack, "SELECT count(*) FROM audit_check_run"),
    "plugins.scheduler_checks_what_is_installed": (
        when_due(check_plugins_at_night),
        "SELECT count(*) FROM audit_entry WHERE verb = 'plugins.version.check'",
    ),
    "backups.scheduler_takes_and_ends": (take_a_backup, "SELECT count(*) FROM backups_backup"),
    "break_glass.schedule_writes_ends_down": (
        when_due(record_expired),
        "SELECT ended_at FROM break_glass_access",
    ),
    "kernel.console": (at_the_console, MEMBERS),
    "people.rules_of_providers_keep_members": (sign_in_through_a_provider, MEMBERS),
    "programs.scheduler_keeps_house": (
        when_due(purge_tokens),
        "SELECT count(*) FROM oauth2_provider_accesstoken",
    ),
}


@contextmanager
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield the actions that are refused; whoever asked is told as ever."""
    actions: list[str] = []
    ask = CedarAuthorizer.require

    def require(self: CedarAuthorizer, *, action: str, **question: Any) -> None:
        try:
            ask(self, action=action, **question)
        except AccessMustBeGranted:
            actions.append(action)
            raise

    with monkeypatch.context() as patched:
        patched.setattr(CedarAuthorizer, "require", require)
        yield actions


class TestService:
    @pytest.mark.parametrize("policy", SERVICES)
    def test_does_nothing_without_its_policy_and_its_work_with_it(
        self, policy: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        do, trace = SERVICES[policy]
        before = scene.read(trace)
        with without(policy), refused(monkeypatch) as actions, suppress(*REFUSED):
            do(scene)
        assert actions != []
        assert scene.read(trace) == before
        with refused(monkeypatch) as actions:
            do(scene)
        assert actions == []
        assert scene.read(trace) != before


# No door leads to this verb but the console's; the policy holds for the first that does.
HELP = "people.nobody_helps_themselves"


class TestHelp:
    def test_is_given_to_oneself_but_for_its_policy(self, scene: Scene) -> None:
        root = create_user(username="root", is_platform_administrator=True)
        # The last one would stay whatever policies say.
        create_user(username="another", is_platform_administrator=True)
        with pytest.raises(AccessMustBeGranted):
            deactivate_user(user_id=root.id, actor=fresh(root))
        assert User.objects.get(id=root.id).is_active
        with without(HELP):
            deactivate_user(user_id=root.id, actor=fresh(root))
        assert not User.objects.get(id=root.id).is_active
