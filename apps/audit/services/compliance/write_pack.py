# SPDX-License-Identifier: Apache-2.0
"""Bring a signed pack in; it counts once a second person approved it."""

from apps.audit.adapters.policy_entities import WRITE_PACK
from apps.audit.domain.compliance.errors import PackMustBeNewer
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.pack_keys import PackKeys, signer_of
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.probe import probe_named
from apps.audit.models import CompliancePack
from apps.audit.services.compliance.object_types import PACK_TYPE
from apps.audit.services.compliance.pack_kind import PACK_KIND
from apps.audit.services.record_verb import record_verb
from cortex.approvals.selectors import waiting_about
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.approvals import Approvals
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def write_pack(*, text: str, note: str, written_by: Principal) -> CompliancePack:
    """Store the pack and ask for a second person; the same again asks again if nobody is asked now.

    Raises: AccessMustBeGranted, PackMustBeWellFormed, PackMustBeSigned, ProbeMustBeKnown, PackMustBeNewer.
    """
    get(Authorizer).require(principal=written_by, action=WRITE_PACK, company_id=None)
    pack = pack_of_text(text)
    signer = signer_of(pack=pack, note=note, keys=get(PackKeys).trusted())
    for check in pack.checks:
        probe_named(check.probe, parameters=check.parameters)
    row = CompliancePack.objects.filter(name=pack.name, version=pack.version).first()
    _require_newer(pack, row)
    if row is None:
        row = _stored(pack, note=note, signer=signer, author=written_by.urn)
        record_verb(
            company_id=None,
            verb=WRITE_PACK,
            object_type=PACK_TYPE,
            object_id=row.id,
            digest=row.digest,
            is_new=True,
            actor=written_by,
        )
    if waiting_about(company_id=None, object_type=PACK_TYPE, object_id=row.id) is None:
        content = {"pack_id": str(row.id), "digest": row.digest}
        get(Approvals).propose(kind=PACK_KIND, company_id=None, proposed_by=written_by, content=content)
    return row


def _stored(pack: Pack, *, note: str, signer: str, author: str) -> CompliancePack:
    return CompliancePack.objects.create(
        id=uuid7(),
        name=pack.name,
        version=pack.version,
        title=pack.framework.title,
        digest=pack.digest,
        document=pack.document,
        note=note,
        signer=signer,
        state=CompliancePack.State.WAITING,
        author=author,
        brought_in_at=get(Clock).now(),
    )


def _require_newer(pack: Pack, row: CompliancePack | None) -> None:
    """Refuse an older version, and another text or another decision under the same one."""
    is_again = row is not None and (row.digest, row.state) == (pack.digest, CompliancePack.State.WAITING)
    known = CompliancePack.objects.filter(name=pack.name).exclude(state=CompliancePack.State.WAITING)
    newest = max((each.pack.order for each in known), default=(0, 0, 0))
    if (row is None or is_again) and pack.order > newest:
        return
    told = ".".join(map(str, newest)) if pack.order <= newest else f"{pack.version} with another text"
    raise PackMustBeNewer(
        f"Pack {pack.name} {pack.version}: expected a version that is newer, got {told} already. "
        "A changed pack gets a new version.",
        evidence={"object": f"pack {pack.name}", "expected": f"newer than {told}", "got": pack.version},
    )
