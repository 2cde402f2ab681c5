# SPDX-License-Identifier: Apache-2.0
"""What stands behind the doors: something of each kind in the company, and on the platform."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from psycopg.types.json import Jsonb

from apps.accounting.domain.journal_entry import LineDraft
from apps.accounting.selectors.accounts import get_account
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from apps.audit.adapters.compliance.shipped_packs import shipped_packs
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.services.advance_log import advance_log
from apps.audit.services.governance.check_rules import check_rules
from apps.audit.services.governance.record_night import Night, record_night
from cortex import clock
from cortex.access_reviews.open_review import open_review
from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.backups.models import Backup, Verification
from cortex.break_glass.open_access import open_access
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.pki.models import Certificate
from cortex.ports.audit_log import AuditLog
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.secrets.count_key_uses import count_key_uses
from cortex.secrets.models import KeySighting
from cortex.secrets.record_key_uses import record_key_uses
from cortex.secrets.use import Tally, Use
from tests.factories.books import BANK, CONSOLE, SALES, Books, EntryDraftFactory
from tests.factories.log import LocalSigner, LocalWitnesses
from tests.factories.people import let_in, person
from tests.frame.clones import Clone
from tests.integration.cortex.policy_versions.people import drafted, fresh
from tests.integration.isolation.test_scope import DELIVERY, INVITATION, JOB, PRIVACY, RETENTION
from tests.integration.security.matrix.of_plugins import plugins_of

LIMIT_MINOR = 100_00
PACK = "soc2-2017-rev2022"
SUBJECT = "acme.note"

# A marketplace that nobody has opened has none of these.
OF_THE_MARKETPLACE = {
    "endpoint": "absent",
    "metadata_name": "timestamp.json",
    "target_name": "com.example/com.example.guard/none",
    "plugin_id": "com.example.guard",
    "version_text": "1.0.0",
    "namespace": "com.example",
    "keyid": "none",
    "submission_id": "00000000-0000-7000-8000-000000000000",
}


def objects_of(own: Books, clone: Clone) -> dict[str, str]:
    """Put something behind every door; return what stands in addresses and bodies for it."""
    entry = own.post()
    victim, dana = person("victim"), person("dana")
    User.objects.filter(username="dana").update(is_superuser=True, is_plugin_reviewer=False)
    for user, role in ((victim, "viewer"), (dana, "controller")):
        let_in(company_id=own.company_id, user_id=user.id, roles=[role, "clerk"])
    dana.refresh_from_db()
    with own.entered():
        rules = {"company_id": own.company_id, "set_by": CONSOLE}
        limit_id = set_entry_limit(role="clerk", entry_limit_minor=LIMIT_MINOR, **rules)
        set_entry_limit(role="controller", entry_limit_minor=LIMIT_MINOR, **rules)
        proposal: Any = post_or_propose_entries(
            company_id=own.company_id, drafts=[above_the_limit()], posted_by=principal_of_user(victim)
        )
        account = get_account(company_id=own.company_id, reader=None, code=BANK).id
        access = open_access(
            company_id=own.company_id, reason="The clerk is ill today", opened_by=fresh(dana)
        )
        today = clock.now().date()
        [leaf] = get(AuditLog).leaves_of(company_id=own.company_id, object_id=entry.id)
        review = open_review(company_id=own.company_id, due_date=today, reason="testing", opened_by=CONSOLE)
    drafted(fresh(dana))
    plugins = plugins_of(own, keeper=dana)
    known: dict[str, Any] = {"id": uuid4(), "company": own.company_id}
    with psycopg.connect(clone.admin_dsn) as admin:
        admin.execute(JOB, [known["id"], own.company_id])
        _pack_in_force(admin)
        for statement in (*DELIVERY, *PRIVACY[1:], RETENTION, INVITATION, DELEGATION):
            admin.execute(statement, known)
        ((decision_id,),) = admin.execute(DECIDED).fetchall()
    size = advance_log(signer=LocalSigner(), witnesses=LocalWitnesses()) or 0
    planted = ("hold_id", "job_id", "webhook_id", "delivery_id", "invitation_id", "delegation_id")
    return {
        **{name: str(known["id"]) for name in planted},
        **_of_the_platform(),
        **OF_THE_MARKETPLACE,
        **plugins,
        "company_code": own.code,
        "company_id": str(own.company_id),
        "account_code": BANK,
        "account_id": str(account),
        "access_id": str(access.id),
        "entry_id": str(entry.id),
        "leaf_id": str(leaf.leaf_id),
        "ledger_id": str(own.ledger_id),
        "level": "0",
        "limit_id": str(limit_id),
        "tree_size": str(size),
        "control_id": "CC6.1",
        "pack_name": PACK,
        "tomorrow": str(clock.now().date() + timedelta(days=1)),
        "tile_name": f"000.p/{size}" if size < 256 else "000",
        "number": "1",
        "period_code": "2026-02",
        "proposal_id": str(proposal.id),
        "review_id": str(review.id),
        "decision_id": str(decision_id),
        "digest": proposal.digest,
        "schema_id": "1",
        "subject": SUBJECT,
        "user_id": str(victim.id),
        "username": "victim",
        "version": "1",
    }


def _of_the_platform() -> dict[str, str]:
    """Let the schedule hold a task, and the administration know a certificate and a backup."""
    every_day = CrontabSchedule.objects.create(minute="0", hour="4")
    task = PeriodicTask.objects.create(
        name="celery.backend_cleanup", task="celery.backend_cleanup", crontab=every_day
    )
    now = clock.now()
    check_rules(checked_by=CONSOLE)
    record_night(night=Night([], [], {}, 0, 0), applied_by=CONSOLE)
    _of_backups(now)
    _of_keys(now)
    certificate = Certificate.objects.create(
        serial="0a",
        spiffe_id="spiffe://cortex/web",
        starts_at=now,
        ends_at=now + timedelta(days=1),
        recorded_at=now,
    )
    return {"periodictask_id": str(task.pk), "certificate_id": str(certificate.pk)}


def _of_backups(at: datetime) -> None:
    digest, whole = "ab" * 32, {"difference_count": 0, "doubt_count": 0}
    Backup.objects.create(
        taken_at=at,
        taken_by=CONSOLE.urn,
        database="books",
        digest=digest,
        file_digest=digest,
        file_bytes=1,
        measured={},
        doubt_count=0,
    )
    Verification.objects.create(
        verified_at=at,
        verified_by=CONSOLE.urn,
        database="books",
        backup_digest=digest,
        backup_taken_at=at,
        is_equal=True,
        expected={},
        got={},
        report_digest=digest,
        **whole,
    )


def _of_keys(at: datetime) -> None:
    key = {"keeper": "sealed", "key_id": "cortex-files", "version": 1}
    KeySighting.objects.create(**key, mark="ab" * 32, is_held=True, seen_at=at, digest="ab" * 32)
    use = Use(**key, operation="unwrap", process="web", used_at=at)
    tally = Tally(**key, operation="unwrap", process="web", count=2, since_at=at, until_at=at)
    record_key_uses(uses=[use], tallies=[tally])
    count_key_uses(counted_by=Principal.service("scheduler"))


def _pack_in_force(admin: psycopg.Connection[Any]) -> None:
    """Put a pack in force past the people who agree, whose proposal would stand in for the company's."""
    text, note = shipped_packs()[PACK]
    pack = pack_of_text(text)
    row = (uuid4(), pack.name, pack.version, pack.digest, Jsonb(pack.document), note)
    admin.execute(IN_FORCE, row)
    admin.execute(WATCHED)


IN_FORCE = """
INSERT INTO audit_pack (id, name, version, digest, document, note, title, signer, state, author,
                        brought_in_at, approved_by, approved_at)
VALUES (%s, %s, %s, %s, %s, %s, 'SOC 2', 'testing', 'in_force', 'service:console', now(), 'user:b', now())
"""
WATCHED = """
WITH run AS (
  INSERT INTO audit_check_run
  SELECT gen_random_uuid(), id, 'service:scheduler', now(), now(), 1, 0, 0, repeat('0', 64) FROM audit_pack
  RETURNING id)
INSERT INTO audit_check_result
SELECT gen_random_uuid(), id, 'soc2-2017-rev2022', 'web.hosts', 'web.hosts', 'pass', 'Well.', '{}',
       encode(sha256('{}'), 'hex'), now() FROM run;
INSERT INTO audit_control_exception
SELECT gen_random_uuid(), 'soc2-2017-rev2022', 'CC6.1', 'testing', '2100-01-01', 'user:' || gen_random_uuid(),
       'user:' || gen_random_uuid(), now();
INSERT INTO audit_procedure_record
SELECT gen_random_uuid(), 'soc2-2017-rev2022', 'testing', repeat('0', 64), '2026-01-01', 'passed', 'EXAMINE',
       'Seen', NULL, 'service:console', now(), repeat('0', 64);
"""
DECIDED = "SELECT id FROM policy_decision WHERE company_id IS NULL LIMIT 1"
DELEGATION = """
INSERT INTO approvals_delegation (id, company_id, from_user_id, to_user_id, starts_at, ends_at, created_at)
SELECT %(id)s, %(company)s, min(id::text)::uuid, max(id::text)::uuid, now(), now(), now() FROM identity_user
"""


def above_the_limit() -> Any:
    amount = LIMIT_MINOR + 1
    return EntryDraftFactory(
        lines=[LineDraft(BANK, amount, "EUR", None), LineDraft(SALES, -amount, "EUR", None)]
    )
