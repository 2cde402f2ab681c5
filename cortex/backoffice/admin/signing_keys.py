# SPDX-License-Identifier: Apache-2.0
"""Keys that sign tokens: their public halves, rotated here and withdrawn when one is no longer trusted."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb, RowVerb
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import READ_KEYS, ROTATE_KEY, WITHDRAW_KEY
from cortex.programs.keys.publishing import believed_until
from cortex.programs.keys.rotate_key import rotate_key, withdraw_key
from cortex.programs.models import SigningKey


def _rotate(principal: Principal, given: Mapping[str, Any]) -> Done:
    return Done(f"Key {rotate_key(rotated_by=principal)} signs from now on.")


def _withdraw(key: SigningKey, principal: Principal, given: Mapping[str, Any]) -> Done:
    withdraw_key(kid=key.kid, withdrawn_by=principal)
    return Done(f"Nothing that key {key.kid} signed is believed any more.")


@admin.register(SigningKey)
class SigningKeyAdmin(PlatformVerbsModelAdmin):
    """Published keys, the newest first. The private halves stay with their keeper."""

    policy_action = READ_KEYS
    ordering = ("-published_at",)
    list_display = ("kid", "state", "keeper", "version", "published_at", "believed_until_told")
    fields = (
        "kid",
        "state",
        "keeper",
        "key_id",
        "version",
        "published_at",
        "believed_until_told",
        "withdrawn_at",
    )
    readonly_fields = fields
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "rotate",
            "Rotate the key",
            "The keeper makes a new version, which signs from now on. What the one before signed is believed "
            "until it is over.",
            ROTATE_KEY,
            _rotate,
        ),
    )
    row_verbs = (
        RowVerb(
            "withdraw",
            "Withdraw",
            "Every token that this key signed is refused within seconds. Programs have to ask for new ones; "
            "if this key signs now, rotate it first.",
            WITHDRAW_KEY,
            _withdraw,
            applies=lambda key: key.withdrawn_at is None,
        ),
    )

    @admin.display(description="state")
    def state(self, key: SigningKey) -> SafeString:
        """Return whether it signs, is believed, or neither."""
        if key.withdrawn_at is not None:
            return mark("withdrawn", kind="bad")
        until = believed_until(key)
        if until is None:
            return mark("signs", kind="good")
        return mark("believed", kind="warn") if until > get(Clock).now() else mark("over")

    @admin.display(description="believed until")
    def believed_until_told(self, key: SigningKey) -> str:
        """Return until when its signatures count."""
        until = believed_until(key)
        return f"{until:%Y-%m-%d %H:%M} UTC" if until else "as long as it signs"
