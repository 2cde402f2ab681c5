# SPDX-License-Identifier: Apache-2.0
"""Packs for tests: a signer whom the installation trusts, and people who bring in and approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.audit.adapters.compliance.pack_signing import new_key, signed_note
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.models import CompliancePack
from apps.audit.services.compliance.object_types import PACK_TYPE
from apps.audit.services.compliance.write_pack import write_pack
from cortex.approvals.approve import Approval, approve
from cortex.approvals.models import Proposal
from cortex.approvals.selectors import waiting_about
from cortex.ports.principal import Principal
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

NAME = "packs.example.com"


@dataclass(frozen=True)
class Signer:
    """A key in a file."""

    key: VerifierKey
    path: Path

    def trusted(self) -> Sequence[VerifierKey]:
        """Stand behind the port of trusted keys."""
        return [self.key]

    def note(self, text: str) -> str:
        """Sign a pack."""
        return signed_note(pack=pack_of_text(text), name=NAME, path=self.path)


def signer(folder: Path) -> Signer:
    """Make one."""
    path = folder / "key"
    return Signer(new_key(name=NAME, path=path), path)


def written(signed_by: Signer, *, text: str = PACK, by: Principal) -> CompliancePack:
    """Bring a pack in."""
    return write_pack(text=text, note=signed_by.note(text), written_by=by)


def waiting(row: CompliancePack) -> Proposal:
    """Return the proposal about the pack."""
    proposal = waiting_about(company_id=None, object_type=PACK_TYPE, object_id=row.id)
    assert proposal is not None
    return proposal


def agreed(proposal: Proposal, *, by: Principal) -> Approval:
    """Agree to what was seen."""
    return approve(company_id=None, proposal_id=proposal.id, digest=proposal.digest, approved_by=by)


def in_force(signed_by: Signer, *, text: str = PACK, by: Principal, second: Principal) -> CompliancePack:
    """Bring a pack in, and let another approve it."""
    row = written(signed_by, text=text, by=by)
    approval = agreed(waiting(row), by=second)
    assert approval.failure is None
    row.refresh_from_db()
    return row
