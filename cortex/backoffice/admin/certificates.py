# SPDX-License-Identifier: Apache-2.0
"""Certificates of services: how long each lives, and the way to take one back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, RowVerb
from cortex.pki.actions import READ, REVOKE
from cortex.pki.models import Certificate
from cortex.pki.revoking import revoke_certificate
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_DAY = 86_400
_MARKS = {
    "valid": mark("valid", kind="good"),
    "due": mark("expiring soon", kind="warn"),
    "expired": mark("expired"),
    "revoked": mark("revoked", kind="bad"),
}


class RevokeForm(forms.Form):
    """Which authority takes it back."""

    keeper = forms.ChoiceField(
        choices=(("vault", "The vault of the configuration"), ("files", "The directory of this machine")),
        label="Authority",
        widget=UnfoldAdminSelectWidget,
        help_text="Where this process reaches neither, run `cortex certificates revoke SERIAL` on the "
        "machine of the authority.",
    )


def _revoke(certificate: Certificate, principal: Principal, given: Mapping[str, Any]) -> Done:
    # Rarely used, and its libraries take a tenth of a second to load.
    from cortex.pki.chosen import chosen_authority, usual_directory  # noqa: PLC0415

    authority = chosen_authority(
        directory=usual_directory(),
        is_in_vault=given["keeper"] == "vault",
        mount="pki",
        role="cortex-service",
    )
    revoke_certificate(
        authority=authority, serial=certificate.serial, revoked_by=principal, at=get(Clock).now()
    )
    return Done("It is revoked. Bring the list to every server: `cortex pki crl`.")


@admin.register(Certificate)
class CertificateAdmin(PlatformVerbsModelAdmin):
    """What the authority issued, as recorded here; the newest first."""

    policy_action = READ
    ordering = ("-starts_at", "serial")
    list_display = ("spiffe_id", "state", "left", "ends_at", "serial")
    search_fields = ("spiffe_id__startswith", "serial__exact")
    search_help_text = "The beginning of an id such as spiffe://cortex/web, or a whole serial"
    fields = ("spiffe_id", "serial", "state", "left", "starts_at", "ends_at", "revoked_at", "recorded_at")
    readonly_fields = fields
    page_links = (("Which connection uses which", "certificate_hops", READ),)
    row_verbs = (
        RowVerb(
            "revoke",
            "Take it back",
            "The authority takes it back for good. Servers refuse it as soon as they have the next list; "
            "the service needs a new one.",
            REVOKE,
            _revoke,
            form=RevokeForm,
            applies=lambda certificate: certificate.revoked_at is None,
        ),
    )

    @admin.display(description="state")
    def state(self, certificate: Certificate) -> SafeString:
        """Return whether it counts, and whether it should have been renewed."""
        return _MARKS[certificate.state_at(get(Clock).now())]

    @admin.display(description="left")
    def left(self, certificate: Certificate) -> str:
        """Return how long it lives yet."""
        seconds = (certificate.ends_at - get(Clock).now()).total_seconds()
        if seconds <= 0 or certificate.revoked_at is not None:
            return "–"
        return f"{seconds / _DAY:.1f} days"
