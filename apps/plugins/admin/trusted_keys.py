# SPDX-License-Identifier: Apache-2.0
"""Keys whose signatures count: trusted once, revoked for good."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from apps.plugins.admin.forms import KeyForm, ReasonForm
from apps.plugins.domain.policy_names import READ_VERSIONS, REVOKE_KEY, TRUST_KEY
from apps.plugins.models import TrustedKey
from apps.plugins.services.revoke_key import revoke_key
from apps.plugins.services.waiting_verbs import trust_key_or_wait
from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb, RowVerb
from cortex.ports.principal import Principal


def _trust(principal: Principal, given: Mapping[str, Any]) -> Done:
    key = trust_key_or_wait(
        role=given["role"],
        publisher=given["publisher"],
        untrusted_key=given["key"].encode(),
        trusted_by=principal,
    )
    return Done(f"Signatures of {key} count from now on.")


def _revoke(key: TrustedKey, principal: Principal, given: Mapping[str, Any]) -> Done:
    count = revoke_key(keyid=key.keyid, reason=given["reason"], revoked_by=principal)
    return Done(f"{key} was revoked; {count:,} installations were stopped.")


@admin.register(TrustedKey)
class TrustedKeyAdmin(PlatformVerbsModelAdmin):
    """Whom this installation believes."""

    policy_action = READ_VERSIONS
    list_display = ("keyid", "role", "publisher", "standing", "added_at")
    list_filter = ("role",)
    search_fields = ("keyid__exact", "publisher__exact")
    ordering = ("role", "publisher", "id")
    fields = (
        "id",
        "keyid",
        "role",
        "publisher",
        "public_key",
        "standing",
        "revoked_at",
        "revoked_reason",
        "added_by",
        "added_at",
    )
    readonly_fields = fields
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "trust",
            "Trust a key",
            "Bundles that it signs can be added from now on, where a key of the other role signed them too. "
            "Compare the key with its owner on another way before you go on.",
            TRUST_KEY,
            _trust,
            form=KeyForm,
        ),
    )
    row_verbs = (
        RowVerb(
            "revoke",
            "Revoke it",
            "All that it ever signed is called no more in any company, at once. The key never counts again.",
            REVOKE_KEY,
            _revoke,
            form=ReasonForm,
            applies=lambda key: key.revoked_at is None,
        ),
    )

    @admin.display(description="state")
    def standing(self, key: TrustedKey) -> SafeString:
        """Return whether it counts."""
        return mark("counts", kind="good") if key.revoked_at is None else mark("revoked", kind="bad")
