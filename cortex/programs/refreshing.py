# SPDX-License-Identifier: Apache-2.0
"""Refresh tokens: each is good once, and brings the next. Source: RFC 9700 section 4.14.2."""

from typing import Any

from django.db.models import F
from oauth2_provider.models import get_refresh_token_model

from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.families import REPLAYED_TOKEN, end_family, is_over, locked
from cortex.programs.models import Authorization
from cortex.programs.scopes import allowed_scopes
from cortex.programs.tokens.random_values import checksum_of


class RefreshRules:
    """The part of the validator that knows refresh tokens."""

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Lock the token before it is judged: of many that bring it at once, one finds it unused."""
        # The yes first, as whoever takes it back does: no token comes of it meanwhile.
        authorization = _family_of(refresh_token, client)
        row = _locked(refresh_token, client)
        if row is None or authorization is None or not row.user.is_active:
            return False
        if row.revoked is not None:
            end_family(authorization=authorization, because=REPLAYED_TOKEN, at=get(Clock).now())
            return False
        if is_over(authorization, at=get(Clock).now()):
            return False
        request.authorization = authorization
        # The library judges how long the token lay unused, and remembers its row.
        return bool(super().validate_refresh_token(refresh_token, client, request))  # type: ignore[misc]

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Return what the person said yes to, as far as the client may still ask for it."""
        allowed = allowed_scopes(request.client)
        return [scope for scope in request.authorization.scopes if scope in allowed]


def _family_of(refresh_token: str, application: Any) -> Authorization | None:
    found = _rows(refresh_token, application).values_list("token_family", flat=True).first()
    return locked(found) if found is not None else None


def _rows(refresh_token: str, application: Any) -> Any:
    rows = get_refresh_token_model().objects.all()
    return rows.filter(token_checksum=checksum_of(refresh_token), application=application)


def _locked(refresh_token: str, application: Any) -> Any:
    rows = _rows(refresh_token, application)
    found = rows.select_for_update(of=("self",)).select_related("user")
    return found.order_by(F("revoked").desc(nulls_first=True)).first()
