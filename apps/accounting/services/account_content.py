# SPDX-License-Identifier: Apache-2.0
"""What the digest of an account is taken of."""

from typing import Any, Protocol


class _Account(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def is_bank_or_cash(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...


def account_content(account: _Account) -> dict[str, Any]:
    """Return the columns that verbs set; the parent follows from the codes of the others."""
    return {
        "code": account.code,
        "name": account.name,
        "type": account.type,
        "is_bank_or_cash": account.is_bank_or_cash,
        "is_active": account.is_active,
    }
