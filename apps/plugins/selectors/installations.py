# SPDX-License-Identifier: Apache-2.0
"""Plugins of companies; call these in the company's scope."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from apps.plugins.domain.lifecycle_errors import InstallationMustExist
from apps.plugins.models import Installation, PluginVersion
from cortex.database.transactions import transactional
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

REMOVED = Installation.State.REMOVED


@transactional
def installations_of(*, company_id: UUID) -> QuerySet[Installation]:
    """Return what is installed in the company, by plugin; what was removed is not."""
    rows = Installation.objects.filter(company_id=company_id).exclude(state=REMOVED)
    return rows.select_related("version", "previous_version").order_by("id")


@transactional
def installation_of(*, company_id: UUID, plugin_id: str) -> Installation:
    """Return the plugin of the company; raises InstallationMustExist."""
    found = installations_of(company_id=company_id).filter(plugin_id=plugin_id).first()
    if found is None:
        raise _missing(plugin_id)
    return found


def locked_installation(*, company_id: UUID, plugin_id: str) -> Installation:
    """Return the same, locked against other verbs; raises InstallationMustExist."""
    rows = Installation.objects.select_for_update(no_key=True, of=("self",))
    found = (
        rows.filter(company_id=company_id, plugin_id=plugin_id)
        .exclude(state=REMOVED)
        .select_related("version", "previous_version")
        .first()
    )
    if found is None:
        raise _missing(plugin_id)
    return found


@transactional
def installation_with_id(*, company_id: UUID, installation_id: UUID) -> Installation:
    """Return the installation, a removed one too; raises InstallationMustExist."""
    found = Installation.objects.filter(company_id=company_id, id=installation_id)
    row = found.select_related("version", "previous_version").first()
    if row is None:
        raise _missing(str(installation_id))
    return row


@transactional
def versions_in_use() -> Sequence[PluginVersion]:
    """Return each version that is enabled in any company."""
    with scope(all_company_ids()):
        return _in_use()


@transactional
def companies_that_run(*, version_ids: Sequence[UUID]) -> Sequence[tuple[UUID, str]]:
    """Return the company and the plugin of each enabled installation of these versions, in any company."""
    with scope(all_company_ids()):
        return _running(version_ids)


@transactional
def _in_use() -> list[PluginVersion]:
    used = Installation.objects.filter(state=Installation.State.ENABLED).values_list("version_id", flat=True)
    return list(PluginVersion.objects.filter(id__in=set(used)).order_by("id"))


@transactional
def _running(version_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    rows = Installation.objects.filter(version_id__in=version_ids, state=Installation.State.ENABLED)
    return list(rows.order_by("company_id", "id").values_list("company_id", "plugin_id"))


def _missing(told: str) -> InstallationMustExist:
    return InstallationMustExist(
        f"Plugin {told[:100]!a}: expected one that is installed in this company, got none.",
        evidence={"object": told[:100], "remedy": "install it first"},
    )
