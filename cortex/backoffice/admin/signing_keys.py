# SPDX-License-Identifier: Apache-2.0
"""Keys that sign tokens: their public halves, rotated here and withdrawn when one is no longer trusted."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb, RowVerb
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import READ_KEYS, ROTATE_KEY, WITHDRAW_KEY
from cortex.programs.keys.publishing import overlap
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
    list_display = ("kid", "state", "keeper", "version", "published_at", "believed_until")
    fields = ("kid", "state", "keeper", "key_id", "version", "published_at", "believed_until", "withdrawn_at")
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
        kind, word = _state(key)
        return format_html('<span class="cx-mark {}">{}</span>', kind, word)

    @admin.display(description="believed until")
    def believed_until(self, key: SigningKey) -> str:
        """Return until when its signatures count."""
        until = key.withdrawn_at or (key.retired_at + overlap() if key.retired_at else None)
        return f"{until:%Y-%m-%d %H:%M} UTC" if until else "as long as it signs"


def _state(key: SigningKey) -> tuple[str, str]:
    if key.withdrawn_at is not None:
        return "cx-bad", "withdrawn"
    if key.retired_at is None:
        return "cx-good", "signs"
    return ("cx-warn", "believed") if key.retired_at + overlap() > get(Clock).now() else ("", "over")
