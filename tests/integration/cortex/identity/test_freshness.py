# SPDX-License-Identifier: Apache-2.0
"""Fresh is who gave the second factor just now, where there is one; the confirmation asks for it."""

from datetime import timedelta

import pytest
from django.test import Client

from cortex import clock
from cortex.identity.authentication import authentication_of, record_authentication
from cortex.identity.freshness import is_fresh, require_fresh
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.ports.authorizer import Authorizer, StepUpMustComeFirst
from cortex.ports.principal import Authentication, Principal
from cortex.ports.registry import get
from tests.factories.people import create_user
from tests.factories.sessions import sign_in
from tests.integration.cortex.identity.test_second_factors import with_app

pytestmark = pytest.mark.django_db
PASSWORD, BOTH = frozenset({"pwd"}), frozenset({"pwd", "otp"})
ACTIVATE = "policy.version.activate"


@pytest.fixture
def root() -> User:
    return create_user(
        username="root",
        password="kettles sing at noon",  # pragma: allowlist secret
        is_platform_administrator=True,
    )


def somebody(user: User, **proof: object) -> Principal:
    return principal_of_user(user, authentication=Authentication(**proof))  # type: ignore[arg-type]


class TestWithoutAFactor:
    def test_a_password_of_the_last_ten_minutes_is_fresh(self, root: User) -> None:
        now = clock.now()
        for minutes, expected in ((0, True), (9, True), (11, False), (-1, False)):
            given = somebody(root, methods=PASSWORD, at=now - timedelta(minutes=minutes))
            assert is_fresh(principal=given, at=now) is expected
        assert not is_fresh(principal=somebody(root), at=now)


class TestWithAFactor:
    def test_a_password_alone_is_not(self, root: User) -> None:
        with_app(root)
        now = clock.now()
        given = somebody(root, methods=PASSWORD, at=now)
        assert not is_fresh(principal=given, at=now)
        with pytest.raises(StepUpMustComeFirst):
            require_fresh(principal=given, at=now)
        decided = get(Authorizer).decide(principal=given, action=ACTIVATE, company_id=None)
        assert (decided.is_allowed, decided.needs) == (False, {"step_up"})

    def test_a_factor_of_long_ago_does_not_make_a_password_fresh(self, root: User) -> None:
        with_app(root)
        now = clock.now()
        late = somebody(root, methods=BOTH, at=now, factor_at=now - timedelta(minutes=11))
        assert not is_fresh(principal=late, at=now)

    def test_the_factor_given_just_now_is(self, root: User) -> None:
        with_app(root)
        now = clock.now()
        given = somebody(root, methods=BOTH, at=now, factor_at=now)
        assert is_fresh(principal=given, at=now)
        assert get(Authorizer).decide(principal=given, action=ACTIVATE, company_id=None).is_allowed

    def test_the_confirmation_offers_it_and_takes_no_password(self, root: User) -> None:
        with_app(root)
        client = sign_in(Client(), root, methods=["pwd"])
        page = client.get("/accounts/confirm/").content.decode()
        assert 'name="code"' in page
        assert 'name="password"' not in page
        answer = client.post(
            "/accounts/confirm/",
            {"password": "kettles sing at noon", "next": "/"},  # pragma: allowlist secret
        )
        assert answer.status_code != 302
        assert authentication_of(session=client.session).factor_at is None


class TestSession:
    def test_remembers_when_the_factor_was_given(self) -> None:
        session: dict[str, object] = {}
        first, later = clock.now(), clock.now() + timedelta(minutes=5)
        record_authentication(session=session, methods=BOTH, at=first)
        record_authentication(session=session, methods=PASSWORD, at=later)
        known = authentication_of(session=session)
        assert (known.methods, known.at, known.factor_at) == (BOTH, later, first)
