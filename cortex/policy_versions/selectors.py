# SPDX-License-Identifier: Apache-2.0
"""Look at versions. Number 0 stands for the policies that the program brings along."""

from dataclasses import dataclass

from django.db.models import QuerySet

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyActivation, PolicyVersion
from cortex.policy.packaged import VERSION as PACKAGED
from cortex.policy.packaged import packaged_text
from cortex.policy.policy_actions import READ_VERSIONS
from cortex.policy_versions.errors import PolicyVersionMustExist
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

VERSIONS_SHOWN_MAX = 500


@dataclass(frozen=True, slots=True)
class VersionsSeen:
    """The versions, newest first, and the number of the one in force."""

    versions: list[PolicyVersion]
    number_in_force: int


@transactional
def list_versions(*, seen_by: Principal) -> VersionsSeen:
    """Return the latest versions; raises AccessMustBeGranted."""
    require_reader(seen_by)
    versions = list(PolicyVersion.objects.order_by("-number")[:VERSIONS_SHOWN_MAX])
    return VersionsSeen(versions, number_in_force())


@transactional
def get_version(*, number: int, seen_by: Principal) -> PolicyVersion:
    """Return a version; raises PolicyVersionMustExist, AccessMustBeGranted."""
    require_reader(seen_by)
    return found_version(number)


@transactional
def text_of(*, number: int, seen_by: Principal) -> str:
    """Return the text of a version; raises PolicyVersionMustExist, AccessMustBeGranted."""
    require_reader(seen_by)
    return stored_text(number)


@transactional
def list_activations(*, seen_by: Principal) -> list[PolicyActivation]:
    """Return what came into force when and why, the latest first; raises AccessMustBeGranted."""
    require_reader(seen_by)
    return list(PolicyActivation.objects.select_related("version")[:VERSIONS_SHOWN_MAX])


def versions_of_reader(*, seen_by: Principal) -> QuerySet[PolicyVersion]:
    """Return the rows of all versions, to be paged; raises AccessMustBeGranted."""
    require_reader(seen_by)
    return PolicyVersion.objects.all()


def require_reader(principal: Principal) -> None:
    """Refuse whoever may not see versions."""
    get(Authorizer).require(principal=principal, action=READ_VERSIONS, company_id=None)


def stored_text(number: int) -> str:
    """Return the text of a version, for whoever was let in already."""
    return packaged_text() if number == PACKAGED else found_version(number).text


def found_version(number: int, *, for_update: bool = False) -> PolicyVersion:
    """Return a version, locked if asked; raises PolicyVersionMustExist."""
    rows = PolicyVersion.objects.select_for_update() if for_update else PolicyVersion.objects.all()
    version = rows.filter(number=number).first()
    if version is None:
        raise PolicyVersionMustExist(
            f"Version {number} of the policies: expected one of that number, got none. List the versions.",
            evidence={"object": "policy version", "got": number, "remedy": "list the versions"},
        )
    return version


def number_in_force() -> int:
    """Return the number of the version in force, as the database has it now."""
    latest = PolicyActivation.objects.select_related("version").order_by("-id").first()
    return PACKAGED if latest is None or latest.version is None else latest.version.number
