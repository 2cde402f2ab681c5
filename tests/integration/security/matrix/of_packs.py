# SPDX-License-Identifier: Apache-2.0
"""Situations of compliance packs: somebody else proposes the one that a person brought in."""

from collections.abc import Iterator

import pytest

from apps.audit.adapters.compliance.shipped_packs import shipped_packs
from apps.audit.services.compliance import pack_kind
from apps.audit.services.compliance.object_types import PACK_TYPE
from apps.audit.services.compliance.write_pack import write_pack
from cortex.approvals.models import Proposal
from cortex.approvals.selectors import waiting_about
from cortex.approvals.withdraw import withdraw
from cortex.identity.models import User
from cortex.ports.principal import Principal
from tests.integration.cortex.policy_versions.people import fresh
from tests.integration.security.matrix.cast import Stage
from tests.integration.security.matrix.situations import about, beside, joined, situation

BROUGHT_IN = "iso-27001-2022"


@situation("a pack of one's own, by a verb that forgets who brought it in")
def own_pack(stage: Stage) -> Iterator[Stage]:
    author = fresh(stage.users["platform-admin"])
    first = _proposed_by(author)
    withdraw(company_id=None, proposal_id=first.id, withdrawn_by=author)
    # The same pack again asks again, and is still its first author's.
    proposal = _proposed_by(fresh(User.objects.get(username="dana")))
    colleague = joined(stage, "colleague", is_platform_administrator=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pack_kind, "_require_second_person", lambda *given: None)
        yield about(beside(stage, colleague=colleague), proposal_id=proposal.id, digest=proposal.digest)


def _proposed_by(principal: Principal) -> Proposal:
    text, note = shipped_packs()[BROUGHT_IN]
    row = write_pack(text=text, note=note, written_by=principal)
    proposal = waiting_about(company_id=None, object_type=PACK_TYPE, object_id=row.id)
    assert proposal is not None
    return proposal
