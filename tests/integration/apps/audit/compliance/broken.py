# SPDX-License-Identifier: Apache-2.0
"""A well-kept installation, and how somebody with the database breaks it, probe by probe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from oauth2_provider.models import get_access_token_model, get_application_model

from cortex.access_reviews.models import AccessReview
from cortex.approvals.models import CompanyRule, Proposal
from cortex.backups.models import Backup, Verification
from cortex.break_glass.models import BreakGlassAccess
from cortex.events.models import HeldDelivery, OutboxEvent
from cortex.identity.models import Invitation, OneTimeSignIn, SignedInSession, User
from cortex.ids import uuid7
from cortex.jobs.models import Job
from cortex.mail.models import OutgoingMail
from cortex.pki.models import Certificate
from cortex.policy.models import PolicyVersion
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.models import Authorization, Program, SigningKey
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from cortex.tenancy.companies import company_by_code
from cortex.tenancy.models import Company
from tests.factories.books import open_books
from tests.factories.people import member, person
from tests.integration.apps.audit.compliance.nights import checked, night, unlike_the_log

ANY = b"\x00" * 32


@dataclass(frozen=True)
class Stage:
    """The installation, and a superuser's connection to its database."""

    admin: psycopg.Connection[Any]
    now: datetime
    company: Company
    people: Mapping[str, User]
    application_id: int
    program_id: UUID

    def run(self, statement: str, *parameters: Any) -> None:
        """Change the database past the program: ordinary triggers and keys sleep."""
        self.admin.execute("SET session_replication_role = replica")
        self.admin.execute(statement, parameters or None)

    def add(self, row: Model) -> None:
        """Write a row past the program."""
        fields = [each for each in row._meta.local_concrete_fields if each.column]
        if row.pk is None:
            fields = [each for each in fields if not each.primary_key]
        values = [each.get_db_prep_save(each.pre_save(row, True), connection) for each in fields]
        columns = ", ".join(f'"{each.column}"' for each in fields)
        places = ", ".join(["%s"] * len(values))
        self.run(
            f"INSERT INTO {row._meta.db_table} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({places})", *values
        )

    def ago(self, **parts: float) -> datetime:
        """Return an instant before now."""
        return self.now - timedelta(**parts)


def stage(admin: psycopg.Connection[Any]) -> Stage:
    """Build a company and people who are all in order."""
    books = open_books(years=(2020,))
    with scope([books.company_id]):
        company = company_by_code(code=books.code)
    people = {name: person(name) for name in ("alice", "bob", "charlie")}
    people["dora"] = member(company, name="dora", role="controller")
    now = get(Clock).now()
    found = Stage(admin, now, company, people, 7, uuid7())
    found.run("UPDATE accounting_fiscal_period SET state = 'closed'")
    found.run("UPDATE identity_user SET is_superuser = true WHERE username IN ('alice', 'bob')")
    for number, user in enumerate(people.values(), start=1):
        found.add(Authenticator(id=number, user_id=user.id, type="totp", data={}, created_at=now))
    found.add(CompanyRule(company=company, requires_second_person=True, changed_at=now))
    application = get_application_model()(
        id=7,
        client_id="demo",
        name="Demo",
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris="https://demo.example/back http://127.0.0.1/back",
    )
    found.add(application)
    found.add(Program(id=found.program_id, application_id=7, allowed_scopes=[]))
    return found


def version(on: Stage, number: int, **given: Any) -> PolicyVersion:
    """Return a version of the policies that Mallory wrote, approved now unless it is said otherwise."""
    text = f"// version {number}"
    return PolicyVersion(
        id=uuid7(),
        number=number,
        text=text,
        digest=sha256(text.encode()).hexdigest(),
        created_at=on.now,
        validated_at=on.now,
        simulated_at=on.now,
        simulation={},
        **{"author": "user:mallory", "approved_at": on.now, **given},
    )


def _alone(on: Stage) -> None:
    on.run("ALTER TABLE policy_version DROP CONSTRAINT policy_version_approved_by_another")
    on.add(version(on, 901, state="retired", approved_by="user:mallory", approved_at=on.now))


def _unlogged(on: Stage) -> None:
    on.add(version(on, 902, state="retired", approved_by="user:bob", approved_at=on.now))


def _proposal(on: Stage, **given: Any) -> Proposal:
    return Proposal(
        id=uuid7(),
        kind="demo",
        action="demo.do",
        title="Demo",
        summary=[],
        content={},
        digest="0" * 64,
        proposer_kind="user",
        proposer_id=str(on.people["alice"].id),
        proposer_user_id=on.people["alice"].id,
        proposed_at=on.ago(days=20),
        **given,
    )


def _by_itself(on: Stage) -> None:
    on.run(
        "DO $$ DECLARE c text; BEGIN FOR c IN SELECT conname FROM pg_constraint"
        " WHERE conrelid = 'approvals_proposal'::regclass AND contype = 'c' LOOP"
        " EXECUTE format('ALTER TABLE approvals_proposal DROP CONSTRAINT %I', c); END LOOP; END $$"
    )
    alice = on.people["alice"].id
    on.add(
        _proposal(
            on,
            state="approved",
            expires_at=on.now,
            decided_by=f"user:{alice}",
            decided_by_user_id=alice,
            decided_at=on.now,
        )
    )


def _roles(on: Stage, *roles: str) -> None:
    on.run("UPDATE identity_membership SET roles = %s, roles_by_hand = %s", list(roles), list(roles))


def _unsent(on: Stage) -> None:
    event = OutboxEvent(
        id=uuid7(),
        company=on.company,
        aggregate_type="demo",
        aggregate_id=uuid7(),
        event_type="demo.v1",
        envelope=b"{}",
        recorded_at=on.ago(hours=2),
        position=99_000_001,
    )
    on.run("ALTER TABLE events_outbox_event ALTER COLUMN cluster_epoch DROP NOT NULL")
    on.add(event)
    on.run(
        "INSERT INTO events_unsent_event (company_id, event_id, lane, position) VALUES (%s, %s, 0, %s)",
        on.company.id,
        event.id,
        event.position,
    )


def _schedule(on: Stage) -> None:
    on.add(IntervalSchedule(id=9, every=1, period="days"))
    for number, name in enumerate(settings.CELERY_BEAT_SCHEDULE, start=1):
        on.add(
            PeriodicTask(
                id=number, name=name, task="t", interval_id=9, enabled=number > 1, date_changed=on.now
            )
        )


def _access(on: Stage, **given: Any) -> BreakGlassAccess:
    return BreakGlassAccess(
        id=uuid7(), company=on.company, user=on.people["dora"], reason="The controller is ill.", **given
    )


def _open_for_long(on: Stage) -> None:
    on.run("ALTER TABLE break_glass_access DROP CONSTRAINT break_glass_four_hours")
    on.add(_access(on, opened_at=on.ago(hours=9), expires_at=on.now + timedelta(hours=1)))


def _certificate(on: Stage, *, hours: int) -> Certificate:
    return Certificate(
        id=uuid7(),
        serial=f"{hours:x}",
        spiffe_id=f"spiffe://cortex/{hours}",
        starts_at=on.ago(hours=1),
        ends_at=on.now + timedelta(hours=hours),
        recorded_at=on.now,
    )


def _job(on: Stage) -> Job:
    return Job(
        id=uuid7(),
        company=on.company,
        kind="demo",
        owner_kind="service",
        owner_id="console",
        state="running",
        lease_until=on.ago(hours=3),
        started_at=on.ago(hours=4),
        claim=uuid7(),
    )


def _dead(on: Stage) -> HeldDelivery:
    return HeldDelivery(
        id=uuid7(),
        company=on.company,
        subscriber="demo",
        event_id=uuid7(),
        aggregate_id=uuid7(),
        lane=0,
        position=1,
        state="dead",
        attempts=8,
        due_at=on.now,
        last_error="refused",
        held_at=on.now,
    )


def _token(on: Stage) -> Any:
    return get_access_token_model()(
        id=1,
        application_id=on.application_id,
        token="x" * 20,
        token_checksum="0" * 64,
        expires=on.ago(days=60),
        scope="",
        created=on.now,
        updated=on.now,
    )


def _mail(on: Stage) -> OutgoingMail:
    return OutgoingMail(
        id=uuid7(),
        company=on.company,
        recipient=on.people["dora"],
        topic="demo",
        subject="",
        body="",
        state="failed",
        attempts=8,
        last_error="refused",
        due_at=on.now,
        created_at=on.now,
    )


def _key(on: Stage) -> SigningKey:
    return SigningKey(
        id=uuid7(),
        kid="k" * 43,
        keeper="local",
        key_id="tokens",
        version=1,
        public_key=ANY,
        published_at=on.ago(days=200),
    )


def _backup(on: Stage) -> Backup:
    return Backup(
        id=uuid7(),
        taken_at=on.ago(days=9),
        taken_by="service:scheduler",
        database="books",
        digest="0" * 64,
        file_digest="0" * 64,
        file_bytes=1,
        measured={},
        doubt_count=0,
    )


def _restore(on: Stage) -> Verification:
    return Verification(
        id=uuid7(),
        verified_at=on.now,
        verified_by="service:console",
        database="books",
        backup_digest="0" * 64,
        backup_taken_at=on.ago(days=1),
        is_equal=False,
        expected={"leaves": 2},
        got={"leaves": 1},
        difference_count=1,
        doubt_count=0,
        report_digest="0" * 64,
    )


def _old_key(on: Stage) -> None:
    on.add(_key(on))
    on.run("UPDATE programs_signing_key SET published_at = %s", on.ago(days=200))


def _link(on: Stage) -> OneTimeSignIn:
    return OneTimeSignIn(
        id=uuid7(), user=on.people["dora"], digest=ANY, expires_at=on.now + timedelta(days=9)
    )


def _invitation(on: Stage) -> Invitation:
    return Invitation(
        id=uuid7(),
        company=on.company,
        email="new@example.com",
        roles=["clerk"],
        digest=ANY,
        created_at=on.ago(days=60),
        expires_at=on.ago(days=53),
    )


def _session(on: Stage) -> SignedInSession:
    return SignedInSession(
        id=uuid7(),
        user=on.people["dora"],
        session_key="k" * 32,
        methods=["pwd"],
        device="",
        address="",
        began_at=on.ago(days=9),
        last_used_at=on.ago(days=8),
    )


def _review(on: Stage) -> AccessReview:
    return AccessReview(
        id=uuid7(),
        company=on.company,
        state="open",
        reason="Yearly",
        due_date=on.ago(days=3).date(),
        opened_by="user:dora",
        opened_at=on.ago(days=30),
    )


def _consent(on: Stage) -> Authorization:
    return Authorization(
        id=uuid7(),
        application_id=on.application_id,
        user=on.people["dora"],
        scopes=[],
        methods=[],
        code_digest=ANY,
        granted_at=on.ago(days=200),
    )


def _file(on: Stage) -> StoredFile:
    return StoredFile(id=uuid7(), company=on.company, name="a", content=b"a", digest=ANY, size_bytes=1)


BREAKS: dict[str, Callable[[Stage], None]] = {
    # The other trigger stays: it does not stand in for this one.
    "database.append_only": lambda on: on.run("DROP TRIGGER refuse_change ON audit_entry"),
    "database.triggers": lambda on: on.run("ALTER TABLE audit_leaf ENABLE TRIGGER refuse_change"),
    "database.no_truncate": lambda on: on.run("GRANT TRUNCATE ON audit_detail TO cortex_app"),
    "database.functions": lambda on: on.run("ALTER FUNCTION tenancy_all_company_ids() RESET search_path"),
    "database.row_level_security": lambda on: on.run(
        "ALTER TABLE audit_reconciliation NO FORCE ROW LEVEL SECURITY"
    ),
    "database.role": lambda on: on.run("ALTER TABLE audit_check_run OWNER TO cortex_app"),
    "policy.text_intact": _unlogged,
    "identity.second_factors": lambda on: on.run(
        "DELETE FROM mfa_authenticator WHERE user_id = %s", on.people["dora"].id
    ),
    "identity.platform_administrators": lambda on: on.run(
        "UPDATE identity_user SET is_superuser = false WHERE username = 'bob'"
    ),
    "identity.dormant_accounts": lambda on: on.run(
        "UPDATE identity_user SET created_at = %s WHERE username = 'charlie'", on.ago(days=200)
    ),
    "identity.invitations": lambda on: on.add(_invitation(on)),
    "identity.shared_addresses": lambda on: on.run(
        "UPDATE identity_user SET email = 'shared@example.com' WHERE username IN ('alice', 'bob')"
    ),
    "identity.old_sessions": lambda on: on.add(_session(on)),
    "identity.one_time_links": lambda on: on.add(_link(on)),
    "duties.auditors_post_nothing": lambda on: _roles(on, "auditor", "controller"),
    "duties.administrators_post_nothing": lambda on: _roles(on, "administrator", "clerk"),
    "duties.platform_posts_nothing": lambda on: on.run(
        "UPDATE identity_user SET is_superuser = true WHERE username = 'dora'"
    ),
    "access_reviews.companies": lambda on: on.run(
        "UPDATE tenancy_company SET created_at = %s", on.ago(days=200)
    ),
    "access_reviews.platform": lambda on: on.run(
        "UPDATE identity_user SET created_at = %s WHERE username = 'alice'", on.ago(days=200)
    ),
    "access_reviews.memberships": lambda on: on.run(
        "UPDATE identity_membership SET created_at = %s", on.ago(days=200)
    ),
    "access_reviews.overdue": lambda on: on.add(_review(on)),
    "identity.memberships_of_inactive_people": lambda on: on.run(
        "UPDATE identity_user SET is_active = false WHERE username = 'dora'"
    ),
    "break_glass.open": _open_for_long,
    "break_glass.reviewed": lambda on: on.add(
        _access(
            on,
            opened_at=on.ago(days=20),
            expires_at=on.ago(days=20, hours=-1),
            ended_at=on.ago(days=20),
            ended_by="user:dora",
        )
    ),
    "policy.approved_by_two": _alone,
    "policy.in_force": lambda on: on.add(
        version(on, 903, state="approved", approved_by="user:bob", approved_at=on.ago(days=30))
    ),
    "policy.decisions_recorded": lambda on: on.run(
        "ALTER TABLE policy_decision DISABLE TRIGGER ALL;"
        f"UPDATE policy_decision SET decided_at = '{on.ago(days=30).isoformat()}'"
    ),
    "approvals.overdue": lambda on: on.add(_proposal(on, state="waiting", expires_at=on.ago(days=6))),
    "approvals.decided_by_another": _by_itself,
    "approvals.second_person_required": lambda on: on.run("DELETE FROM approvals_company_rule"),
    "programs.grants": lambda on: on.run(
        "UPDATE oauth2_provider_application SET authorization_grant_type = 'password'"
    ),
    "programs.redirects": lambda on: on.run(
        "UPDATE oauth2_provider_application SET redirect_uris = 'http://elsewhere.example/'"
    ),
    "programs.unused": lambda on: on.run("UPDATE programs_program SET created_at = %s", on.ago(days=200)),
    "programs.former_secrets": lambda on: on.run(
        "UPDATE programs_program SET previous_secret = 'hash', previous_secret_until = %s",
        on.now + timedelta(days=30),
    ),
    "programs.signing_key_age": _old_key,
    "programs.tokens_purged": lambda on: on.add(_token(on)),
    "programs.consents_end": lambda on: on.add(_consent(on)),
    "pki.certificates_last": lambda on: on.add(_certificate(on, hours=2)),
    "pki.certificates_short": lambda on: on.add(_certificate(on, hours=24 * 200)),
    "database.migrations": lambda on: on.run("DELETE FROM django_migrations WHERE app = 'audit'"),
    "log.signed": lambda on: on.run(
        "INSERT INTO audit_checkpoint (size, root, note, signed_at) VALUES (1, %s, '', %s);"
        .replace("%s, '', %s", f"'\\x{'00' * 32}', '', '{on.ago(hours=5).isoformat()}'")
        + "UPDATE audit_log_state SET size = 5"
    ),
    "retention.applied": lambda on: on.add(night(on, failed_count=1)),
    "governance.checked": lambda on: on.add(checked(on, problem_count=1)),
    "log.reconciled": lambda on: on.add(unlike_the_log(on)),
    "backups.taken": lambda on: on.add(_backup(on)),
    "backups.restored": lambda on: on.add(_restore(on)),
    "books.periods_closed": lambda on: on.run("UPDATE accounting_fiscal_period SET state = 'open'"),
    "storage.encrypted": lambda on: on.add(_file(on)),
    "events.dead_letters": lambda on: on.add(_dead(on)),
    "events.outbox": _unsent,
    "work.schedule": _schedule,
    "work.jobs": lambda on: on.add(_job(on)),
    "work.mail": lambda on: on.add(_mail(on)),
}  # fmt: skip
