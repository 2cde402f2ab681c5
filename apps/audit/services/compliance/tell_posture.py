# SPDX-License-Identifier: Apache-2.0
"""Tell how controls stand, to whoever may see it."""

from apps.audit.adapters.policy_entities import READ_COMPLIANCE
from apps.audit.domain.compliance.by_hand import Performed
from apps.audit.domain.compliance.posture import Posture, Seen, posture_of
from apps.audit.models import CheckRun, CompliancePack
from apps.audit.selectors.compliance.by_hand import performed_of, records_of
from apps.audit.selectors.compliance.packs import all_packs, pack_in_force, packs_in_force
from apps.audit.selectors.compliance.results import (
    exceptions_of,
    history_of,
    newest_results,
    newest_runs,
)
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def tell_postures(*, reader: Principal) -> list[Posture]:
    """Return the posture of each pack in force; raises AccessMustBeGranted."""
    _require(reader)
    return [_posture(row) for row in packs_in_force()]


@transactional
def tell_posture(*, pack_name: str, reader: Principal) -> Posture:
    """Return the posture of one pack in force; raises AccessMustBeGranted, PackMustExist."""
    _require(reader)
    return _posture(pack_in_force(name=pack_name))


@transactional
def tell_history(*, pack_name: str, check_ids: list[str], reader: Principal) -> list[Seen]:
    """Return the newest results of these checks; raises AccessMustBeGranted."""
    _require(reader)
    return history_of(pack_name=pack_name, check_ids=check_ids)


@transactional
def tell_records(*, pack_name: str, procedure_ids: list[str], reader: Principal) -> list[Performed]:
    """Return the newest records of these procedures; raises AccessMustBeGranted."""
    _require(reader)
    return records_of(pack_name=pack_name, procedure_ids=procedure_ids)


@transactional
def tell_runs(*, pack_name: str, reader: Principal) -> list[CheckRun]:
    """Return the newest runs of a pack; raises AccessMustBeGranted."""
    _require(reader)
    return newest_runs(pack_name=pack_name)


@transactional
def list_packs(*, reader: Principal) -> list[CompliancePack]:
    """Return every pack that was brought in; raises AccessMustBeGranted."""
    _require(reader)
    return all_packs()


def _require(reader: Principal) -> None:
    get(Authorizer).require(principal=reader, action=READ_COMPLIANCE, company_id=None)


def _posture(row: CompliancePack) -> Posture:
    return posture_of(
        row.pack,
        seen=newest_results(pack=row),
        exceptions=exceptions_of(pack_name=row.name),
        now=get(Clock).now(),
        performed=performed_of(pack_name=row.name),
    )
