# SPDX-License-Identifier: Apache-2.0
"""Policies as people write them: each has a name, a title, and says what would turn its no into a yes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from cortex.policy.cedar import read_policies, written_policy
from cortex.policy.errors import policies_must_be_readable
from cortex.ports.authorizer import Need

NEEDS = frozenset(get_args(Need))
TEXT_MAX, POLICIES_MAX = 256_000, 2_000
_ID = re.compile(r"\A[a-z][a-z0-9_.]{2,99}\Z")
_TITLE_MAX = 200


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. `requires` names what turns the no of a forbid into a yes, where something does."""

    id: str
    title: str
    effect: Literal["permit", "forbid"]
    requires: Need | None
    body: Mapping[str, Any]
    # The body as JSON, once for all the slices that it is part of.
    written: str

    @property
    def text(self) -> str:
        """Return the policy as text, with its annotations and without comments."""
        return written_policy(self.body)


def policies_of(text: str) -> tuple[Policy, ...]:
    """Return the policies of a text in their order; raises PoliciesMustBeReadable."""
    if len(text) > TEXT_MAX:
        raise policies_must_be_readable(f"{len(text):,} characters, where {TEXT_MAX:,} are the most")
    found = [_policy(position, body) for position, body in read_policies(text)]
    ids = [policy.id for policy in found]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise policies_must_be_readable(f"the id {twice[0]} twice")
    if len(found) > POLICIES_MAX:
        raise policies_must_be_readable(f"{len(found):,} policies, where {POLICIES_MAX:,} are the most")
    return tuple(found)


def _policy(position: str, body: Mapping[str, Any]) -> Policy:
    notes = body.get("annotations", {})
    name, title, requires = notes.get("id") or "", (notes.get("title") or "").strip(), notes.get("requires")
    if not _ID.match(name):
        raise policies_must_be_readable(
            f"{position} with the @id {name[:40]!r}, where a name like room.rule belongs"
        )
    if not 0 < len(title) <= _TITLE_MAX:
        raise policies_must_be_readable(f"{name} without a @title of at most {_TITLE_MAX} characters")
    if "requires" in notes and (requires not in NEEDS or body["effect"] != "forbid"):
        raise policies_must_be_readable(
            f"{name} with @requires({requires!r}), where a forbid may name one of {', '.join(sorted(NEEDS))}"
        )
    return Policy(name, title, body["effect"], cast("Need | None", requires), body, json.dumps(body))
