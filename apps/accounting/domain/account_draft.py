# SPDX-License-Identifier: Apache-2.0
"""An account before it is in the chart."""

from dataclasses import dataclass

ACCOUNT_TYPES = ("asset", "liability", "equity", "income", "expense")
CODE_CHARACTERS_MAX = 100
NAME_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """Code, name and type; a ':' in the code makes the tree."""

    code: str
    name: str
    type: str
    is_bank_or_cash: bool = False
