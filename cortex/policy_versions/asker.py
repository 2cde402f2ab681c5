# SPDX-License-Identifier: Apache-2.0
"""Whoever asked for a simulation, as its row keeps them: the worker asks the policies about them again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cortex.ports.principal import Authentication, Principal


def kept_asker(principal: Principal) -> dict[str, Any]:
    """Return the principal as plain JSON, with how it proved itself and with no secret."""
    proof = principal.authentication
    return {
        "kind": principal.kind,
        "id": principal.id,
        "user_id": None if principal.user_id is None else str(principal.user_id),
        "scopes": None if principal.scopes is None else sorted(principal.scopes),
        "acts_for_person": principal.acts_for_person,
        "bound_to": principal.bound_to,
        "methods": sorted(proof.methods),
        "at": _text_of(proof.at),
        "factor_at": _text_of(proof.factor_at),
        "certificate": proof.certificate,
    }


def asker_of(kept: Mapping[str, Any]) -> Principal:
    """Return the principal that was kept; a proof that was fresh then has grown older since."""
    return Principal(
        kind=kept["kind"],
        id=kept["id"],
        user_id=None if kept["user_id"] is None else UUID(kept["user_id"]),
        scopes=None if kept["scopes"] is None else frozenset(kept["scopes"]),
        acts_for_person=kept["acts_for_person"],
        bound_to=kept["bound_to"],
        authentication=Authentication(
            methods=frozenset(kept["methods"]),
            at=_instant_of(kept["at"]),
            factor_at=_instant_of(kept["factor_at"]),
            certificate=kept["certificate"],
        ),
    )


def _text_of(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _instant_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
