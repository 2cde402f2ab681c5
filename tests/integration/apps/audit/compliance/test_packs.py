# SPDX-License-Identifier: Apache-2.0
"""A pack is brought in by one person and approved by another; it counts by a trusted signature alone."""

from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import override_settings

from apps.audit.adapters.compliance.configured_pack_keys import ConfiguredPackKeys
from apps.audit.adapters.compliance.licensed_texts import licensed_texts
from apps.audit.domain.compliance.errors import (
    OverlayMustFit,
    PackKeyMustBeWellFormed,
    PackMustBeNewer,
    PackMustBeSigned,
    ProbeMustBeKnown,
)
from apps.audit.domain.compliance.pack_keys import PackKeys
from apps.audit.models import CompliancePack
from apps.audit.services.compliance.write_pack import write_pack
from cortex.approvals.errors import SecondPersonMustDecide
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.container.override import override
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.integration.apps.audit.compliance.packs import Signer, agreed, in_force, signer, waiting, written
from tests.integration.cortex.policy_versions.people import Administrators
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

CONSOLE = Principal.service("console")
NEWER = PACK.replace("1.2.3", "1.3.0").replace("PT24H", "PT48H")


def nothing_was_left() -> bool:
    return not CompliancePack.objects.exists() and not Proposal.objects.exists()


class TestBringingIn:
    def test_waits_for_another_person(self, people: Administrators, signed_by: Signer) -> None:
        row = written(signed_by, by=people.alice)
        assert (row.state, row.author, row.signer) == ("waiting", people.alice.urn, "packs.example.com")
        proposal = waiting(row)
        assert f"SHA-256 of the canonical pack: {row.digest}" in proposal.summary
        agreed(proposal, by=people.bob)
        row.refresh_from_db()
        assert (row.state, row.approved_by) == ("in_force", people.bob.urn)

    def test_is_not_approved_by_whoever_did_it(self, people: Administrators, signed_by: Signer) -> None:
        row = written(signed_by, by=people.alice)
        with pytest.raises(SecondPersonMustDecide):
            agreed(waiting(row), by=people.alice)
        row.refresh_from_db()
        assert (row.state, row.approved_by) == ("waiting", None)

    def test_is_not_approved_once_its_key_is_trusted_no_more(
        self, people: Administrators, signed_by: Signer, tmp_path: Path
    ) -> None:
        row = written(signed_by, by=people.alice)
        (tmp_path / "successor").mkdir()
        with override(PackKeys, signer(tmp_path / "successor")):
            failure = agreed(waiting(row), by=people.bob).failure
        assert isinstance(failure, PackMustBeSigned)
        row.refresh_from_db()
        assert (row.state, row.approved_by) == ("waiting", None)

    def test_is_not_approved_by_the_author_when_another_asks_again(
        self, people: Administrators, signed_by: Signer
    ) -> None:
        row = written(signed_by, by=people.alice)
        proposal = waiting(row)
        reject(
            company_id=None,
            proposal_id=proposal.id,
            digest=proposal.digest,
            rejected_by=people.bob,
            reason="Not yet.",
        )
        assert written(signed_by, by=CONSOLE).id == row.id
        approval = agreed(waiting(row), by=people.alice)
        assert approval.failure is not None
        row.refresh_from_db()
        assert (row.state, row.author) == ("waiting", people.alice.urn)

    def test_is_refused_to_outsiders(self, people: Administrators, signed_by: Signer) -> None:
        with pytest.raises(AccessMustBeGranted):
            written(signed_by, by=people.charlie)
        assert nothing_was_left()

    def test_takes_no_pack_of_a_stranger(
        self, people: Administrators, signed_by: Signer, tmp_path: Path
    ) -> None:
        (tmp_path / "theirs").mkdir()
        stranger = signer(tmp_path / "theirs")
        with pytest.raises(PackMustBeSigned):
            write_pack(text=PACK, note=stranger.note(PACK), written_by=people.alice)
        assert nothing_was_left()

    @pytest.mark.parametrize(
        "change", [("identity.dormant_accounts", "identity.magic"), ("{days: 30}", "{weeks: 30}")]
    )
    def test_takes_no_pack_whose_probes_are_not_here(
        self, people: Administrators, signed_by: Signer, change: tuple[str, str]
    ) -> None:
        with pytest.raises(ProbeMustBeKnown):
            written(signed_by, text=PACK.replace(*change), by=people.alice)
        assert nothing_was_left()


class TestUpgrade:
    def test_replaces_the_pack_in_force(self, people: Administrators, signed_by: Signer) -> None:
        former = in_force(signed_by, text=PACK, by=people.alice, second=people.bob)
        row = written(signed_by, text=NEWER, by=people.bob)
        assert {"Replaces demo 1.2.3", "Changes checks: access"} <= set(waiting(row).summary)
        agreed(waiting(row), by=people.alice)
        former.refresh_from_db()
        row.refresh_from_db()
        assert (former.state, row.state) == ("replaced", "in_force")

    @pytest.mark.parametrize(
        "text",
        [PACK, PACK.replace("PT24H", "PT48H"), PACK.replace("1.2.3", "1.2.2")],
        ids=["the same", "another text", "an older one"],
    )
    def test_is_never_a_step_back(self, people: Administrators, signed_by: Signer, text: str) -> None:
        row = in_force(signed_by, text=PACK, by=people.alice, second=people.bob)
        with pytest.raises(PackMustBeNewer):
            written(signed_by, text=text, by=people.alice)
        assert list(CompliancePack.objects.all()) == [row]

    def test_takes_none_that_was_overtaken_while_it_waited(
        self, people: Administrators, signed_by: Signer
    ) -> None:
        older = written(signed_by, text=PACK, by=people.alice)
        newer = in_force(signed_by, text=NEWER, by=people.alice, second=people.bob)
        failure = agreed(waiting(older), by=people.bob).failure
        assert isinstance(failure, PackMustBeNewer)
        older.refresh_from_db()
        newer.refresh_from_db()
        assert (older.state, older.approved_by, newer.state) == ("waiting", None, "in_force")


class TestTable:
    def test_keeps_a_pack_as_it_was(self, people: Administrators, signed_by: Signer) -> None:
        row = in_force(signed_by, text=PACK, by=people.alice, second=people.bob)
        for change in ({"digest": "0" * 64}, {"author": "user:mallory"}, {"document": {}}):
            with pytest.raises(DatabaseError), transaction.atomic():
                CompliancePack.objects.filter(id=row.id).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()

    def test_refuses_the_author_as_second_person(self, people: Administrators, signed_by: Signer) -> None:
        row = written(signed_by, text=PACK, by=people.alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            CompliancePack.objects.filter(id=row.id).update(
                state="in_force", approved_by=people.alice.urn, approved_at=row.brought_in_at
            )


class TestTrustedKeys:
    def test_are_those_of_the_release_and_of_the_installation(self, tmp_path: Path) -> None:
        ours = signer(tmp_path)
        (tmp_path / "keys").write_text(f"# Ours\n{ours.key.text}\n")
        with override_settings(COMPLIANCE_PACK_KEYS=str(tmp_path / "keys")):
            names = [key.name for key in ConfiguredPackKeys().trusted()]
        assert names == ["packs.codexion-cortex.example/2026-11", "packs.example.com"]

    def test_are_refused_when_the_file_is_gone(self, tmp_path: Path) -> None:
        with (
            override_settings(COMPLIANCE_PACK_KEYS=str(tmp_path / "nothing")),
            pytest.raises(PackKeyMustBeWellFormed),
        ):
            ConfiguredPackKeys().trusted()


class TestLicensedTexts:
    def test_stand_beside_the_controls(self, tmp_path: Path) -> None:
        (tmp_path / "demo.yaml").write_text("pack: demo\ntexts: {CC6.1: As the publisher says it.}\n")
        assert licensed_texts(pack_name="demo") == {}
        with override_settings(COMPLIANCE_TEXTS=str(tmp_path)):
            assert licensed_texts(pack_name="demo") == {"CC6.1": "As the publisher says it."}
            assert licensed_texts(pack_name="other") == {}

    @pytest.mark.parametrize("text", ["pack: other\ntexts: {}\n", "pack: demo\n", "pack: &x demo\n"])
    def test_are_refused_where_they_do_not_fit(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "demo.yaml").write_text(text)
        with override_settings(COMPLIANCE_TEXTS=str(tmp_path)), pytest.raises(OverlayMustFit):
            licensed_texts(pack_name="demo")
