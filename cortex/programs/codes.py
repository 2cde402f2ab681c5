# SPDX-License-Identifier: Apache-2.0
"""Authorization codes: given for a person's yes, used once, stored as digests.

A code that comes a second time was seen by somebody else; what came of it is taken back.
Source: RFC 6749 sections 4.1.2 and 10.5, RFC 9700 section 4.5.
"""

from datetime import datetime, timedelta
from typing import Any

from oauth2_provider.models import get_grant_model, get_refresh_token_model, set_token_value
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2.rfc6749 import utils

from cortex.identity.accounts import require_on_account
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import GRANT_OWN_AUTHORIZATION
from cortex.programs.families import REPLAYED_CODE, SERVER, end_family
from cortex.programs.log import log_authorization
from cortex.programs.models import Authorization
from cortex.programs.scopes import allowed_scopes
from cortex.programs.tokens.random_values import checksum_of, digest_of


class CodeRules:
    """The part of the validator that knows codes. From `validate_code` on, the request carries the digest."""

    def _create_authorization_code(self, request: Any, code: dict[str, str], expires: Any = None) -> Any:
        """Store the yes, how its person had signed in, and the code's digest."""
        authorize(
            application=request.client,
            user=request.user,
            scopes=list(request.scopes),
            said_by=request.said_by,
            code_digest=digest_of(code["code"]),
        )
        digest = {**code, "code": checksum_of(code["code"])}
        return super()._create_authorization_code(request, digest, expires)  # type: ignore[misc] # the library's

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Find the yes behind the code and lock it; a code that was used ends what came of it."""
        authorization = locked_authorization(code=code, application=client)
        if authorization is None or not authorization.user.is_active:
            return False
        if authorization.code_used_at is not None:
            end_family(authorization=authorization, because=REPLAYED_CODE, at=get(Clock).now())
            return False
        if get(Clock).now() - authorization.granted_at >= _lasts():
            return False
        request.code = checksum_of(code)
        if not super().validate_code(client_id, request.code, client, request):  # type: ignore[misc]
            return False
        request.authorization = authorization
        request.scopes = [scope for scope in request.scopes if scope in allowed_scopes(client)]
        return authorization.ended_at is None

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Any
    ) -> list[str]:
        """Return the scopes of a code that was just sent, before it is validated."""
        rows = get_grant_model().objects.filter(code=checksum_of(code)).values_list("scope", flat=True)
        scopes: list[str] = utils.scope_to_list(rows.first()) or []
        return scopes

    def note_use(self, request: Any, *, at: datetime) -> None:
        """Remember that the code was used, so that its repetition is known for what it is."""
        authorization: Authorization | None = getattr(request, "authorization", None)
        if authorization is not None and authorization.code_used_at is None:
            Authorization.objects.filter(id=authorization.id).update(code_used_at=at)

    def _create_refresh_token(
        self, request: Any, refresh_token_code: str, access_token: Any, previous_refresh_token: Any
    ) -> Any:
        """Store a refresh token of the family."""
        row = get_refresh_token_model()(
            user=request.user,
            application=request.client,
            access_token=access_token,
            token_family=request.authorization.id,
            resource=list(request.resource),
        )
        set_token_value(row, refresh_token_code)
        row.save(force_insert=True)
        return row


def authorize(
    *, application: Any, user: Any, scopes: list[str], said_by: Principal, code_digest: bytes
) -> Authorization:
    """Store a person's yes to a client, and that it was said.

    Raises: AccessMustBeGranted, StepUpMustComeFirst.
    """
    require_on_account(action=GRANT_OWN_AUTHORIZATION, user_id=user.id, actor=said_by)
    authorization = Authorization.objects.create(
        application=application,
        user=user,
        scopes=scopes,
        methods=sorted(said_by.authentication.methods),
        authenticated_at=said_by.authentication.at,
        code_digest=code_digest,
        granted_at=get(Clock).now(),
    )
    log_authorization("programs.authorization.granted", authorization=authorization, by=SERVER)
    return authorization


def locked_authorization(*, code: str, application: Any) -> Authorization | None:
    """Return the yes behind a code of this client, locked until the transaction ends."""
    found = Authorization.objects.select_for_update(of=("self",)).select_related("user")
    return found.filter(code_digest=digest_of(code), application=application).first()


def _lasts() -> timedelta:
    """Return how long a code counts, by the clock of the port as well as by the library's own."""
    return timedelta(seconds=oauth2_settings.AUTHORIZATION_CODE_EXPIRE_SECONDS)
