# SPDX-License-Identifier: Apache-2.0
"""Versions of plugins: what they may do in words, how they differ from the one before, and their recall."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from apps.plugins.admin.forms import ReasonForm
from apps.plugins.admin.told import lines
from apps.plugins.domain.policy_names import READ_VERSIONS, REVOKE_VERSION
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.told_rights import told_difference, told_rights
from apps.plugins.selectors.versions import manifest_of
from apps.plugins.services.revoke_version import revoke_version
from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, RowVerb
from cortex.ports.principal import Principal

_ANY_COMPANY = "(where it is installed)"


def _revoke(row: PluginVersion, principal: Principal, given: Mapping[str, Any]) -> Done:
    count = revoke_version(
        plugin_id=row.plugin_id, version=row.version, reason=given["reason"], revoked_by=principal
    )
    return Done(f"{row} was revoked; {count:,} installations were stopped.")


@admin.register(PluginVersion)
class PluginVersionAdmin(PlatformVerbsModelAdmin):
    """Versions as they were signed; `cortex plugin add` adds one."""

    policy_action = READ_VERSIONS
    list_display = ("plugin_id", "version", "publisher", "standing", "origin", "added_at")
    list_filter = ("origin",)
    search_fields = ("plugin_id__startswith",)
    ordering = ("plugin_id", "-id")
    fields = (
        "id",
        "plugin_id",
        "version",
        "told_of_itself",
        "standing",
        "revoked_reason",
        "publisher",
        "signers",
        "rights",
        "differences",
        "bundle_digest",
        "component_digest",
        "origin",
        "added_by",
        "added_at",
        "manifest",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "revoke",
            "Revoke it",
            "It is called no more in any company, at once and for good. Each company is told.",
            REVOKE_VERSION,
            _revoke,
            form=ReasonForm,
            applies=lambda row: row.revoked_at is None,
        ),
    )

    @admin.display(description="state")
    def standing(self, row: PluginVersion) -> SafeString:
        """Return whether it counts."""
        return mark("counts", kind="good") if row.revoked_at is None else mark("revoked", kind="bad")

    @admin.display(description="description")
    def told_of_itself(self, row: PluginVersion) -> SafeString:
        """Return what it says of itself."""
        manifest = manifest_of(row)
        return lines([manifest.name, *manifest.description.splitlines(), manifest.licence, manifest.support])

    @admin.display(description="signed by keys")
    def signers(self, row: PluginVersion) -> SafeString:
        """Return who signed it."""
        return lines(row.signed_by)

    @admin.display(description="what it may do")
    def rights(self, row: PluginVersion) -> SafeString:
        """Return it in words."""
        return lines(told_rights(row, company=_ANY_COMPANY))

    @admin.display(description="other than the version added before")
    def differences(self, row: PluginVersion) -> SafeString:
        """Return what it takes and gives up."""
        before = PluginVersion.objects.filter(plugin_id=row.plugin_id, id__lt=row.id).order_by("-id").first()
        if before is None:
            return lines(["It is the first one."])
        return lines(told_difference(before=before, after=row, company=_ANY_COMPANY).lines)

    @admin.display(description="plugin.yaml, as it was signed")
    def manifest(self, row: PluginVersion) -> SafeString:
        """Return the text."""
        return lines(row.manifest_text.splitlines())
