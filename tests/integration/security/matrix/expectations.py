# SPDX-License-Identifier: Apache-2.0
"""What expected_access.yaml says: by door and role, what becomes of a call."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import yaml

from tests.integration.security.matrix.calls import BY_HAND, LOOKS
from tests.integration.security.matrix.cast import ROLES

EXPECTED = Path(__file__).with_name("expected_access.yaml")


def expected() -> dict[str, dict[str, str]]:
    """Return, by door and role, the outcome that the file says."""
    file = yaml.safe_load(EXPECTED.read_text())
    lines = {
        f"{name.split(' ', 1)[0]} {prefix}{name.split(' ', 1)[1].strip('-')}": words
        for prefix, doors in file["doors"].items()
        for name, words in doors.items()
    }
    for label, words in file["rows"].items():
        lines |= {f"{label} {look}": words.replace(f"@{look}", "") for look in LOOKS}
        lines |= {f"POST {label} {deed}": "nobody" for deed in BY_HAND}
    for name, words in file["verbs"].items():
        # A form may be shown to whoever is asked for more once it is sent: a line of its own says so.
        lines |= {name: words} if name.startswith("POST ") else {name: words, f"POST {name}": words}
    return {name: let_in(words, groups()) for name, words in lines.items()}


@cache
def groups() -> Mapping[str, list[str]]:
    """Return the groups of roles that the file names."""
    file = yaml.safe_load(EXPECTED.read_text())
    return {name: words.split() for name, words in file["groups"].items()}


def named(words: str, groups: Mapping[str, list[str]]) -> list[str]:
    """Return whom these words name, groups taken apart."""
    return [role for word in words.split() for role in groups.get(word, [word])]


def let_in(words: str, groups: Mapping[str, list[str]], asked: Collection[str] = ROLES) -> dict[str, str]:
    """Return what becomes of everybody who is asked, where a line names those who get in."""
    found = dict.fromkeys(asked, "out")
    for word in words.split():
        name, _, need = word.partition("?")
        # "outsider@list" counts for lists alone, which show everybody the rows of their own company.
        for role in groups.get(name, [name]):
            if role in found:
                found[role] = need or "in"
    return found
