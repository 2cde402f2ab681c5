# SPDX-License-Identifier: Apache-2.0
"""`privacy` at the console: the operator's way to erase, hold and hand out."""

from io import StringIO
from pathlib import Path
from zipfile import ZipFile

from django.core.management import call_command

from cortex.approvals.models import Proposal
from cortex.ports.approvals import ProposalRef
from tests.integration.apps.audit.privacy.conftest import Bureau


def run(bureau: Bureau, *words: object) -> list[str]:
    out = StringIO()
    call_command("privacy", "--company", "ACME", "--as", "alice", *map(str, words), stdout=out)
    return out.getvalue().splitlines()


def agreed(bureau: Bureau, told: list[str]) -> None:
    word, proposal_id = told[0].split()
    assert word == "proposed"
    proposal = Proposal.objects.using("service").get(id=proposal_id)
    ref = ProposalRef(proposal.id, proposal.title, proposal.digest)
    assert bureau.agree(ref).failure is None


def test_command_proposes_and_lists_what_came_of_it(bureau: Bureau, tmp_path: Path) -> None:
    agreed(bureau, run(bureau, "hold", "--subject", bureau.period(), "--reason", "Lawsuit"))
    agreed(bureau, run(bureau, "erase", "accounting.party", bureau.party, "--reason", "Request"))
    hold, erasure = run(bureau, "list")
    assert hold.endswith(" in force Lawsuit")
    assert erasure.split()[2:4] == ["accounting.party", str(bureau.party)]
    agreed(bureau, run(bureau, "lift", hold.split()[1], "--reason", "Over"))
    assert " lifted " in run(bureau, "list")[0]
    out = tmp_path / "party.zip"
    assert run(bureau, "export", "accounting.party", bureau.party, "--out", out) == [str(out)]
    assert out.stat().st_mode & 0o777 == 0o600
    assert ZipFile(out).namelist() == ["subject.json", "subject.txt", "MANIFEST.sha256"]
