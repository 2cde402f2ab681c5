# SPDX-License-Identifier: Apache-2.0
"""The log in the database: leaves share the fate of their transaction, texts stand beside them."""

import hashlib

import orjson
import pytest

from apps.audit.adapters.database_log import LeafMustShareTheTransaction
from apps.audit.published import opens
from apps.audit.selectors.privacy.openings import openings_of
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports import registry
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.tenancy.models import Company
from cortex.tenancy.scope import scope
from tests.factories.books import CONSOLE
from tests.factories.people import create_company
from tests.frame.census import census
from tests.frame.clones import Clone

RECORD = AuditRecord(
    verb="accounting.fiscal_period.close",
    object_type="accounting.fiscal_period",
    object_id=uuid7(),
    digest="ab" * 32,
    before="cd" * 32,
    details={"reason": "Month end, signed by Alice"},
)


@pytest.fixture
def company(committed_database: Clone) -> Company:
    return create_company(code="ACME", name="Acme")


@transactional
def append(company: Company | None, *records: AuditRecord) -> None:
    registry.get(AuditLog).append(company_id=company.id if company else None, actor=CONSOLE, records=records)


class TestLeaf:
    def test_is_read_back_as_the_bytes_that_were_hashed(self, company: Company) -> None:
        with scope([company.id]):
            append(company, RECORD, RECORD)
            leaves = registry.get(AuditLog).leaves_of(company_id=company.id, object_id=RECORD.object_id)
        assert [(leaf.verb, leaf.actor) for leaf in leaves] == [(RECORD.verb, "service:console")] * 2
        for leaf in leaves:
            assert leaf.leaf_hash == hashlib.sha256(b"\x00" + leaf.body.encode()).hexdigest()
            assert orjson.loads(leaf.body)["id"] == str(leaf.leaf_id)
        assert leaves[0].leaf_id < leaves[1].leaf_id

    def test_holds_no_text_but_a_commitment_that_the_side_row_opens(self, company: Company) -> None:
        with scope([company.id]):
            append(company, RECORD)
            (leaf,) = registry.get(AuditLog).leaves_of(company_id=company.id, object_id=RECORD.object_id)
            (opening,) = openings_of(company_id=company.id, leaf_ids=[leaf.leaf_id])
        assert "Alice" not in leaf.body
        assert opening.value == "Month end, signed by Alice"
        assert opens(
            digest=bytes.fromhex(orjson.loads(leaf.body)["commitments"]["reason"]),
            salt=opening.salt,
            value=opening.value,
        )

    def test_is_refused_outside_a_transaction(self, company: Company, committed_database: Clone) -> None:
        before = census(committed_database.admin_dsn)
        with scope([company.id]), pytest.raises(LeafMustShareTheTransaction):
            registry.get(AuditLog).append(company_id=company.id, actor=CONSOLE, records=[RECORD])
        assert census(committed_database.admin_dsn) == before

    def test_is_gone_with_what_it_tells_of(self, company: Company, committed_database: Clone) -> None:
        before = census(committed_database.admin_dsn)

        @transactional
        def verb() -> None:
            append(company, RECORD)
            raise CortexError("Refused.")

        with scope([company.id]), pytest.raises(CortexError, match=r"Refused\."):
            verb()
        assert census(committed_database.admin_dsn) == before

    def test_of_another_company_is_not_shown(self, company: Company) -> None:
        other = create_company(code="RIVAL", name="Rival")
        with scope([company.id]):
            append(company, RECORD)
        with scope([other.id]):
            log = registry.get(AuditLog)
            assert log.leaves_of(company_id=company.id, object_id=RECORD.object_id) == []

    def test_of_the_platform_needs_no_company(self, company: Company, committed_database: Clone) -> None:
        before = census(committed_database.admin_dsn)["audit_entry"]
        append(None, AuditRecord(verb="identity.user.create", object_type="identity.user", object_id=uuid7()))
        assert census(committed_database.admin_dsn)["audit_entry"] == before + 1
