# SPDX-License-Identifier: Apache-2.0
"""Find packs."""

from uuid import UUID

from apps.audit.domain.compliance.errors import PackMustExist
from apps.audit.models import CompliancePack


def packs_in_force() -> list[CompliancePack]:
    """Return the packs that count, by name."""
    return list(CompliancePack.objects.filter(state=CompliancePack.State.IN_FORCE).order_by("name"))


def pack_in_force(*, name: str) -> CompliancePack:
    """Return the pack of this name that counts; raises PackMustExist."""
    found = CompliancePack.objects.filter(name=name, state=CompliancePack.State.IN_FORCE).first()
    if found is None:
        raise _missing(name[:60])
    return found


def found_pack(*, pack_id: UUID) -> CompliancePack:
    """Return a pack in any state; raises PackMustExist."""
    found = CompliancePack.objects.filter(id=pack_id).first()
    if found is None:
        raise _missing(str(pack_id))
    return found


def locked_versions(*, name: str) -> list[CompliancePack]:
    """Lock every version of a pack and return them; one order for all, so that two approvals never cross."""
    return list(CompliancePack.objects.select_for_update().filter(name=name).order_by("id"))


def all_packs() -> list[CompliancePack]:
    """Return every pack, the newest of each name first."""
    return list(CompliancePack.objects.order_by("name", "-brought_in_at"))


def _missing(name: str) -> PackMustExist:
    return PackMustExist(
        f"Pack {name}: expected one that is in force, got none. Bring it in with `cortex packs install`, and "
        "let a second person approve it.",
        evidence={"object": f"pack {name}", "expected": "one in force", "got": "none"},
    )
