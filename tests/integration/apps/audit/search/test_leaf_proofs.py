# SPDX-License-Identifier: Apache-2.0
"""Any leaf is proved alone, to whoever may see it: of accounts, periods, memberships, and of no company."""

import re
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from apps.audit.domain.archive.container import ArchiveMustFit
from apps.audit.domain.errors import LeafMustExist, LogMustCoverIt
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.models import AuditEntry
from apps.audit.services.prove_leaves import LEAVES_MAX, write_leaves
from cortex.container.override import override
from cortex.database.service_role import service_transaction
from cortex.identity.models import User
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from tests.factories.books import BANK, CONSOLE, open_books
from tests.factories.evidence_log import content, verdict
from tests.factories.flipped import in_each_file, wrongly_told
from tests.factories.leaves import watched_leaves
from tests.factories.log import SigningLog
from tests.factories.people import just_signed_in
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.apps.audit.search.conftest import LIST, Past, a_past
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

EXPORT = "audit.evidence.export"
ADMIN, LOG = "/admin/audit/auditentry/", "/books/DEMO/audit-log/"
HIDING = """
@id("house.hidden_leaf")
@title("Bob does not see what was done to this")
forbid (principal == Cortex::User::"{user}", action in Cortex::Action::"read", resource is Audit::Entry)
when {{ resource.object == "{object}" }};
"""


@pytest.fixture
def keys(committed_database: Clone) -> SigningLog:
    return SigningLog()


@pytest.fixture
def signed(keys: SigningLog) -> Past:
    """Return a past that the log has signed."""
    past = a_past()
    keys.sign()
    return past


def leaf(verb: str, *, of_company: bool = True) -> UUID:
    """Return the newest leaf of a verb."""
    with service_transaction():
        rows = AuditEntry.objects.using("service").filter(verb=verb, company__isnull=not of_company)
        return rows.order_by("-id").values_list("leaf_id", flat=True)[0]


def proved(archive: bytes, keys: SigningLog) -> str:
    """Return what is said of the one leaf in the archive, which is verified."""
    told = verdict(archive, keys=keys.text())
    assert told.refused is None
    [sentence] = [each for each in told.report.proved if each.startswith("Leaf ")]
    return sentence


def object_of(leaf_id: UUID) -> UUID:
    with service_transaction():
        return AuditEntry.objects.using("service").get(leaf_id=leaf_id).object_id


def petras() -> Client:
    return sign_in(Client(), platform_administrator("petra"), methods=("pwd", "otp"))


class TestInTheBooks:
    @pytest.mark.parametrize(
        "verb",
        ["accounting.account.create", "accounting.fiscal_period.close", "identity.membership.granted"],
    )
    def test_each_kind_of_leaf_is_proved_and_refused_with_one_changed_byte(
        self, signed: Past, keys: SigningLog, verb: str
    ) -> None:
        answer = signed.browser("bob").get(f"/books/DEMO/audit-log/{leaf(verb)}/proof.zip")
        assert answer.status_code == 200, answer.content
        assert f'did "{verb}" to' in proved(answer.content, keys)

        def refusal(changed: bytes) -> str | None:
            return verdict(changed, keys=keys.text()).refused

        assert wrongly_told(answer.content, in_each_file(answer.content), refusal) == []

    def test_buttons_stand_beside_records_and_in_the_log(self, signed: Past) -> None:
        bob = signed.browser("bob")
        for path in (
            f"/books/DEMO/accounts/{BANK}/",
            "/books/DEMO/periods/2026-01/",
            "/books/DEMO/audit-log/",
        ):
            page = bob.get(path).content.decode()
            [address, *_] = re.findall(r'"(/books/DEMO/audit-log/[0-9a-f-]{36}/proof\.zip)"', page)
            assert bob.get(address).status_code == 200, path

    def test_no_button_stands_beside_a_record_for_whoever_may_not_read_the_log(self, signed: Past) -> None:
        page = signed.browser("clara").get("/books/DEMO/periods/2026-01/").content.decode()
        assert "Position in the log" in page
        assert "proof.zip" not in page

    def test_is_written_down_once_a_minute_and_changes_nothing_else(self, signed: Past) -> None:
        bob, path = (
            signed.browser("bob"),
            f"/books/DEMO/audit-log/{leaf('accounting.ledger.create')}/proof.zip",
        )
        with watched_leaves() as log:
            first, second = bob.get(path), bob.get(path)
        assert first.content == second.content
        assert log.verbs == [EXPORT]

    def test_proves_that_the_log_grew_since_a_visit(self, signed: Past, keys: SigningLog) -> None:
        bob, path = (
            signed.browser("bob"),
            f"/books/DEMO/audit-log/{leaf('accounting.ledger.create')}/proof.zip",
        )
        kept = content(bob.get(path).content, "checkpoint")
        signed.books.post()
        keys.sign()
        since = kept.split(b"\n")[1].decode()
        told = verdict(bob.get(f"{path}?since={since}").content, keys=keys.text(), since=kept)
        assert told.refused is None
        assert any("is the beginning of this one" in each for each in told.report.proved)


class TestOverTheApi:
    def test_watchers_of_the_company_get_it(self, signed: Past, keys: SigningLog) -> None:
        answer = signed.browser("bob").get(f"{LIST}/{leaf('accounting.ledger.create')}/proof")
        assert f'(company "{signed.books.company_id}"' in proved(answer.content, keys)

    def test_the_platforms_own_leaves_are_for_its_administrators(
        self, signed: Past, keys: SigningLog
    ) -> None:
        of_nobody = leaf("identity.user.created", of_company=False)
        path = f"/api/v1/audit-leaves/{of_nobody}/proof"
        assert "(company null," in proved(petras().get(path).content, keys)
        assert signed.browser("bob").get(path).status_code == 403
        assert signed.browser("bob").get(f"{LIST}/{of_nobody}/proof").status_code == 404

    @pytest.mark.parametrize("path", ["/api/v1/audit-leaves/{}/proof", ADMIN + "{}/proof.zip"])
    def test_that_the_platform_took_a_company_s_leaf_is_in_the_company_s_log_too(
        self, signed: Past, path: str
    ) -> None:
        of_company = leaf("accounting.ledger.create")
        with watched_leaves() as log:
            assert petras().get(path.format(of_company)).status_code == 200
        assert log.verbs.count(EXPORT) == 2
        # Raises where it has none.
        leaf(EXPORT)
        leaf(EXPORT, of_company=False)

    def test_is_refused_to_clerks_and_strangers(self, signed: Past) -> None:
        path = f"{LIST}/{leaf('accounting.ledger.create')}/proof"
        assert signed.browser("clara").get(path).status_code == 403
        assert signed.browser("charlie").get(path).status_code == 404

    def test_of_another_company_and_of_no_leaf_are_told_alike(self, keys: SigningLog) -> None:
        past, others = a_past(), open_books(code="OTHER")
        others.post()
        keys.sign()
        with service_transaction():
            theirs = AuditEntry.objects.using("service").filter(company_id=others.company_id)[0].leaf_id
        bob = past.browser("bob")
        answers = [bob.get(f"{LIST}/{each}/proof").json() for each in (theirs, uuid4())]
        assert {each["code"] for each in answers} == {"audit.leaf_must_exist"}
        assert {each["status"] for each in answers} == {404}

    def test_of_a_leaf_that_a_policy_hides_there_is_none(
        self, signed: Past, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bob, company_id = signed.people["bob"], signed.books.company_id
        hidden = leaf("accounting.fiscal_period.close")
        text = HIDING.format(user=bob.id, object=object_of(hidden))
        engine = PolicyEngine(packaged_text() + text, version=0)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        paths = (f"{LIST}/{hidden}/proof", f"/books/DEMO/audit-log/{hidden}/proof.zip")
        assert [signed.browser("bob").get(path).status_code for path in paths] == [404, 404]
        assert signed.browser("alice").get(paths[0]).status_code == 200
        with signed.books.entered(), pytest.raises(LeafMustExist):
            # One among others is not left out silently.
            write_leaves(
                company_id=company_id,
                leaf_ids=[leaf("accounting.ledger.create"), hidden],
                out=BytesIO(),
                reader=just_signed_in(bob),
            )

    def test_waits_for_a_signed_tree(self, keys: SigningLog) -> None:
        past = a_past()
        answer = past.browser("bob").get(f"{LIST}/{leaf('accounting.ledger.create')}/proof")
        assert (answer.status_code, answer.json()["code"]) == (409, "audit.log_must_cover_it")


class TestInTheAdministration:
    def test_platform_administrators_get_any(self, signed: Past, keys: SigningLog) -> None:
        of_nobody, petra = leaf("identity.user.created", of_company=False), petras()
        assert "(company null," in proved(petra.get(f"{ADMIN}{of_nobody}/proof.zip").content, keys)
        of_demo = leaf("accounting.fiscal_period.close")
        assert "fiscal_period.close" in proved(petra.get(f"{ADMIN}{of_demo}/proof.zip").content, keys)
        assert petra.get(f"{ADMIN}{uuid4()}/proof.zip").status_code == 404

    def test_watchers_get_those_of_their_companies(self, signed: Past, keys: SigningLog) -> None:
        User.objects.filter(id=signed.people["bob"].id).update(is_staff=True)
        bob = sign_in(Client(), User.objects.get(id=signed.people["bob"].id))
        of_demo = leaf("accounting.fiscal_period.close")
        with watched_leaves() as log:
            archive = bob.get(f"{ADMIN}{of_demo}/proof.zip").content
        assert log.verbs == [EXPORT]
        assert "fiscal_period.close" in proved(archive, keys)
        of_nobody = leaf("identity.user.created", of_company=False)
        assert bob.get(f"{ADMIN}{of_nobody}/proof.zip").status_code == 404

    def test_buttons_stand_in_the_list_and_below_records(self, signed: Past) -> None:
        petra = petras()
        for path in (ADMIN, f"/admin/identity/user/{signed.people['alice'].id}/change/"):
            page = petra.get(path).content.decode()
            [address, *_] = re.findall(rf'"({ADMIN}[0-9a-f-]{{36}}/proof\.zip)"', page)
            assert petra.get(address).status_code in (200, 302), path

    def test_what_is_not_signed_yet_leads_back_with_the_reason(self, keys: SigningLog) -> None:
        a_past()
        of_demo = leaf("accounting.fiscal_period.close")
        answer = petras().get(f"{ADMIN}{of_demo}/proof.zip", follow=True)
        assert answer.redirect_chain == [(f"{ADMIN}?q={of_demo}", 302)]
        assert "expected a place in a signed tree, got none yet" in answer.content.decode()


class TestCommand:
    def test_writes_leaves_of_a_company_and_of_none(
        self, signed: Past, keys: SigningLog, tmp_path: Path
    ) -> None:
        wanted = [leaf("accounting.ledger.create"), leaf("identity.user.created", of_company=False)]
        out, public = tmp_path / "leaves.zip", tmp_path / "keys"
        words = [word for each in wanted for word in ("--leaf", str(each))]
        with override(TrustedKeys, keys), watched_leaves() as log:
            call_command("evidence", "export-leaves", *words, "--out", str(out), "--key-out", str(public))
        assert log.verbs == [EXPORT]
        told = verdict(out.read_bytes(), keys=public.read_text())
        assert told.refused is None
        assert sum(each.startswith("Leaf ") for each in told.report.proved) == 2

    def test_gives_the_same_bytes_in_whichever_order_they_are_named(
        self, signed: Past, keys: SigningLog
    ) -> None:
        wanted = [leaf("accounting.ledger.create"), leaf("identity.user.created", of_company=False)]
        made = [BytesIO(), BytesIO()]
        for out, ids in zip(made, (wanted, wanted[::-1]), strict=True):
            write_leaves(company_id=None, leaf_ids=ids, out=out, reader=CONSOLE)
        assert made[0].getvalue() == made[1].getvalue()

    def test_refuses_what_an_earlier_tree_does_not_hold(self, signed: Past, keys: SigningLog) -> None:
        size = keys.sign()
        signed.books.post()
        keys.sign()
        late = leaf("accounting.journal_entry.post")
        with pytest.raises(LogMustCoverIt):
            write_leaves(company_id=None, leaf_ids=[late], out=BytesIO(), reader=CONSOLE, size=size)

    @pytest.mark.parametrize("count", [0, LEAVES_MAX + 1])
    def test_refuses_none_and_too_many(self, signed: Past, count: int) -> None:
        with pytest.raises(ArchiveMustFit):
            write_leaves(company_id=None, leaf_ids=[uuid4()] * count, out=BytesIO(), reader=CONSOLE)
