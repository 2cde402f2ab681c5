# SPDX-License-Identifier: Apache-2.0
"""What somebody signs in by is one object: each change begins with what the one before it had left."""

import json
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from pytest_django import Settings

from apps.audit.domain.verb_kinds import CHANGES, CREATES
from cortex import clock
from cortex.identity.credentials import OBJECT_TYPE
from cortex.identity.federation.claims import Claims
from cortex.identity.federation.linking import link, unlink
from cortex.identity.federation.providers import Provider
from cortex.identity.models import User
from cortex.identity.password_change import change_password
from cortex.identity.password_sign_in import check_credentials
from cortex.identity.second_factors.recovery_codes import is_right_recovery_code, renew_recovery_codes
from cortex.identity.second_factors.stored import factors_of, remove_all_factors, remove_factor
from tests.factories.chain import change_row, changes_in, found_of, rows
from tests.factories.people import CONSOLE, create_user, just_signed_in
from tests.factories.soft_passkey import SoftPasskey
from tests.frame.clones import Clone
from tests.integration.cortex.identity.test_passkeys import PASSWORD, add, try_to_sign_in
from tests.integration.cortex.identity.test_second_factors import with_app

CORP = Provider(id="corp", name="Corp", issuer="https://idp.example", client_id="cortex")
CLAIMS = Claims(subject="248289761001", email="", is_email_verified=False, groups=frozenset())
ARGON2ID = "cortex.identity.passwords.Argon2idHasher"
OTHER_KEY = (
    "UPDATE mfa_authenticator SET data = jsonb_set(data::jsonb, '{credential_data}', %s::jsonb)"
    " WHERE type = 'webauthn'"
)
OTHER_CODES = (
    "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
    " SELECT id, %s, '{\"digests\": []}', now() FROM identity_user"
)
NEW_PASSWORD = "horse staple battery"


@pytest.fixture
def alice(committed_database: Clone, settings: Settings) -> User:
    settings.PUBLIC_URL = "http://testserver"
    return create_user(username="alice", password=PASSWORD)


def set_password(user: User) -> None:
    change_password(user=user, password=NEW_PASSWORD, actor=just_signed_in(user), session_key=None)


def take(user: User, kind: str) -> None:
    """Let a person take their factor of this kind away."""
    (factor,) = [each for each in factors_of(user_id=user.id) if each.kind == kind]
    remove_factor(
        user=user,
        factor_id=factor.id,
        actor=just_signed_in(user),
        must_keep_one=False,
        session_key=None,
    )


def leaves(clone: Clone) -> list[dict[str, Any]]:
    found = rows(
        clone,
        "SELECT body FROM audit_entry WHERE object_type = 'identity.credentials' ORDER BY id",
    )
    return [json.loads(bytes(body)) for (body,) in found]


def gap_in(clone: Clone, user: User) -> str:
    (gap,) = changes_in(clone)[0].gaps
    assert gap.startswith(f"identity.credentials {user.id} was ")
    return gap


class TestChain:
    def test_has_no_gap_whatever_somebody_changes(self, committed_database: Clone, alice: User) -> None:
        actor = just_signed_in(alice)
        with_app(alice)
        add(alice, SoftPasskey())
        renew_recovery_codes(user=alice, at=clock.now(), actor=actor)
        link(provider=CORP, claims=CLAIMS, user=alice, actor=actor)
        take(alice, "webauthn")
        take(alice, "totp")
        set_password(alice)
        unlink(provider_id=CORP.id, user=alice, actor=actor)
        remove_all_factors(user_id=alice.id, actor=CONSOLE)
        changes, verbs = changes_in(committed_database)
        assert changes.gaps == []
        told = [leaf["verb"].removeprefix("identity.") for leaf in leaves(committed_database)]
        assert told == [
            "password.changed",
            "totp.added",
            "passkey.added",
            "recovery_codes.renewed",
            "federation.linked",
            "passkey.removed",
            "totp.removed",
            "password.changed",
            "federation.unlinked",
            "factors.removed",
        ]
        # Of the last, nothing was there any more to be taken away: it is the same before and after.
        digests = [leaf["digest"] for leaf in leaves(committed_database)]
        assert [leaf.get("before") for leaf in leaves(committed_database)] == [None, *digests[:-1]]
        assert len(set(digests)) == len(told) - 1
        assert verbs <= CREATES | CHANGES

    def test_begins_where_there_was_nothing_and_ends_with_the_last(self, committed_database: Clone) -> None:
        erin = create_user(username="erin")
        for _ in range(2):
            link(provider=CORP, claims=CLAIMS, user=erin, actor=just_signed_in(erin))
            unlink(provider_id=CORP.id, user=erin, actor=just_signed_in(erin))
        assert changes_in(committed_database)[0].gaps == []
        told = [(leaf.get("new"), leaf["digest"] is None) for leaf in leaves(committed_database)]
        assert told == [(True, True), (True, False), (None, True), (True, False), (None, True)]

    def test_is_not_broken_by_signing_in(self, committed_database: Clone, alice: User) -> None:
        passkey = SoftPasskey()
        add(alice, passkey)
        codes = renew_recovery_codes(user=alice, at=clock.now(), actor=just_signed_in(alice))
        try_to_sign_in(passkey, Client())
        assert is_right_recovery_code(user=alice, code=codes[0], at=clock.now())
        set_password(alice)
        assert changes_in(committed_database)[0].gaps == []
        assert len(leaves(committed_database)) == 4

    def test_knows_the_same_password_under_other_parameters(
        self, committed_database: Clone, alice: User, settings: Settings
    ) -> None:
        settings.PASSWORD_HASHERS = [ARGON2ID, *settings.PASSWORD_HASHERS]
        for _ in range(2):
            check_credentials(username="alice", password=PASSWORD, address="192.0.2.1", at=clock.now())
        told = [leaf["verb"] for leaf in leaves(committed_database)]
        assert told == ["identity.password.changed", "identity.password.hashed_anew"]
        set_password(alice)
        assert changes_in(committed_database)[0].gaps == []


class TestGap:
    @pytest.mark.parametrize(
        ("statement", "values"),
        [
            ("UPDATE identity_user SET password = %s", (make_password("a password of another"),)),
            ("UPDATE socialaccount_socialaccount SET uid = %s", ("9" * 12,)),
            ("DELETE FROM mfa_authenticator WHERE type = %s", ("totp",)),
            (
                OTHER_KEY,
                ('"QUFBQQ"',),
            ),
            (
                OTHER_CODES,
                ("recovery_codes",),
            ),
        ],
        ids=["password", "link", "app", "passkey", "recovery codes"],
    )
    def test_is_found_where_a_superuser_changed_a_way_in(
        self, committed_database: Clone, alice: User, statement: str, values: tuple[object, ...]
    ) -> None:
        with_app(alice)
        add(alice, SoftPasskey())
        link(provider=CORP, claims=CLAIMS, user=alice, actor=just_signed_in(alice))
        assert changes_in(committed_database)[0].gaps == []
        assert found_of(OBJECT_TYPE) == []
        change_row(committed_database, statement, *values)
        assert found_of(OBJECT_TYPE) == [alice.id]
        alice.refresh_from_db()
        set_password(alice)
        assert found_of(OBJECT_TYPE) == []
        assert " was changed between leaf " in gap_in(committed_database, alice)

    def test_is_found_where_everything_was_taken_away(self, committed_database: Clone, alice: User) -> None:
        change_row(committed_database, "UPDATE identity_user SET password = '!taken'")
        assert found_of(OBJECT_TYPE) == [alice.id]
        alice.refresh_from_db()
        set_password(alice)
        assert " was removed between leaf " in gap_in(committed_database, alice)


class TestDigest:
    def test_cannot_be_made_from_what_can_be_guessed(self, committed_database: Clone) -> None:
        """Two people with the same password and link at the same moment: nothing tells that it is so."""
        for name in ("alice", "bob"):
            create_user(username=name, password=PASSWORD)
        digests = [leaf["digest"] for leaf in leaves(committed_database)]
        assert len(digests) == len(set(digests)) == 2
