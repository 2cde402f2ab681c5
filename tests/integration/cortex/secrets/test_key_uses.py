# SPDX-License-Identifier: Apache-2.0
"""The first use of a key in an hour leaves a leaf; no key waits for it, and none is lost at a normal end."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from cortex.canonical_json import canonical_digest
from cortex.container.override import override
from cortex.container.scopes import scope
from cortex.ports.clock import Clock
from cortex.ports.key_management import CiphertextMustBeIntact, KeyManagement
from cortex.ports.registry import get
from cortex.secrets.hooks import write_owed_uses
from cortex.secrets.key_uses import USES, KeyUses
from cortex.secrets.keyring.installation import InstallationKeys
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.keyring.watched import WatchedKeys
from cortex.secrets.models import KeyUse
from cortex.secrets.options import VaultOptions
from cortex.secrets.record_key_uses import statement_of
from cortex.secrets.vault.session import VaultSession
from cortex.secrets.vault.transit import TransitKeyManagement
from tests.factories.leaves import watched_leaves

pytestmark = pytest.mark.django_db
HERE = {"object": "file/1"}
NOON = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Iterator[Hands]:
    hands = Hands()
    with override(Clock, hands):
        yield hands


@pytest.fixture
def uses() -> KeyUses:
    return KeyUses()


@pytest.fixture
def keys(uses: KeyUses) -> WatchedKeys:
    return WatchedKeys(LocalKeyManagement(InstallationKeys(secret_key="kept")), note=uses.note)


def written() -> list[tuple[str, str, str]]:
    rows = KeyUse.objects.order_by("used_at", "key_id", "operation")
    return [(row.key_id, row.operation, row.process) for row in rows]


class TestUses:
    def test_leave_one_leaf_an_hour_for_each_operation(self, keys: WatchedKeys, clock: Hands) -> None:
        with watched_leaves() as watched:
            for minute in (0, 10, 40):
                clock.at = NOON + timedelta(minutes=minute)
                if minute == 40:
                    keys._note.__self__._look_at = 0.0  # type: ignore[attr-defined] # the hour is over
                with scope(kind="command"):
                    made = keys.encrypt(key_id="cortex-letters", plaintext=b"text", context=HERE)
                    keys.decrypt(ciphertext=made, context=HERE)
        assert written() == [("cortex-letters", op, "command") for op in ("decrypt", "encrypt")] * 2
        assert watched.verbs == ["secrets.key.used"] * 4
        rows = {row.id: row for row in KeyUse.objects.all()}
        assert [canonical_digest(statement_of(rows[each.object_id])) for each in watched.records] == [
            each.digest for each in watched.records
        ]
        assert {rows[each.object_id].used_at.hour for each in watched.records} == {12, 13}

    def test_are_told_apart_by_what_was_done(self, keys: WatchedKeys) -> None:
        with scope(kind="command"):
            key = keys.generate_data_key(key_id="cortex-files", context=HERE)
            keys.open_data_key(wrapped=key.wrapped, context=HERE)
            signature = keys.sign(key_id="cortex-signatures", message=b"report")
            assert keys.verify(key_id="cortex-signatures", signature=signature, message=b"report")
            assert keys.rewrap(ciphertext=key.wrapped, context=HERE) == key.wrapped
        assert [each[:2] for each in written()] == [
            ("cortex-files", "wrap"),
            ("cortex-files", "unwrap"),
            ("cortex-signatures", "sign"),
        ]

    def test_that_were_refused_are_none(self, keys: WatchedKeys) -> None:
        made = keys.encrypt(key_id="cortex-letters", plaintext=b"text", context=HERE)
        with scope(kind="command"), suppress(CiphertextMustBeIntact):
            keys.decrypt(ciphertext=made, context={"object": "file/2"})
        assert "decrypt" not in [operation for _, operation, _ in written()]

    def test_by_several_processes_leave_one_leaf(self, keys: WatchedKeys, clock: Hands) -> None:
        another = WatchedKeys(LocalKeyManagement(InstallationKeys(secret_key="kept")), note=KeyUses().note)
        with watched_leaves() as watched:
            for each in (keys, another):
                with scope(kind="command"):
                    each.sign(key_id="cortex-tokens", message=b"token")
        assert watched.verbs == ["secrets.key.used"]

    def test_outside_of_any_scope_wait_for_the_end(self, keys: WatchedKeys, uses: KeyUses) -> None:
        keys.sign(key_id="cortex-tokens", message=b"token")
        assert written() == []
        uses.write()
        assert written() == [("cortex-tokens", "sign", "command")]

    def test_of_the_program_are_watched_and_written_at_its_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(USES, "_owe")
        USES._start_anew()
        get(KeyManagement).sign(key_id="cortex-tokens", message=b"token")
        write_owed_uses()
        assert written() == [("cortex-tokens", "sign", "command")]
        USES._start_anew()

    def test_of_a_real_vault_name_its_versions(self, uses: KeyUses, session: VaultSession) -> None:
        keys = WatchedKeys(TransitKeyManagement(session), note=uses.note)
        with scope(kind="command"):
            made = keys.encrypt(key_id="cortex-files", plaintext=b"text", context=HERE)
            keys.decrypt(ciphertext=made, context=HERE)
            keys.sign(key_id="cortex-signatures", message=b"report")
        rows = KeyUse.objects.order_by("id")
        assert [(row.keeper, row.key_id, row.operation) for row in rows] == [
            ("transit", "cortex-files", "encrypt"),
            ("transit", "cortex-files", "decrypt"),
            ("transit", "cortex-signatures", "sign"),
        ]
        assert str(rows[0].version) == made.split(b":")[3].decode()


class TestWithoutDatabase:
    def test_keys_work_and_what_is_owed_is_written_afterwards(
        self, keys: WatchedKeys, uses: KeyUses, clock: Hands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise OperationalError("away")

        with monkeypatch.context() as patched, capture_logs() as logs:
            patched.setattr("cortex.secrets.record_key_uses._append", away)
            with scope(kind="command"):
                signature = keys.sign(key_id="cortex-tokens", message=b"token")
            assert keys.verify(key_id="cortex-tokens", signature=signature, message=b"token")
        assert [line["event"] for line in logs] == ["key_uses_not_recorded"]
        # Not before the pause is over; then the next use of any kind writes what is owed.
        with scope(kind="command"):
            keys.sign(key_id="cortex-tokens", message=b"token")
        assert written() == []
        uses._look_at = 0.0
        clock.at = NOON + timedelta(minutes=5)
        with scope(kind="command"):
            keys.sign(key_id="cortex-tokens", message=b"token")
        assert written() == [("cortex-tokens", "sign", "command")]
        assert KeyUse.objects.get().used_at == NOON


class TestLeaf:
    def test_is_written_without_any_key(self, keys: WatchedKeys, options: VaultOptions) -> None:
        with watched_leaves() as watched, override(KeyManagement, keys), scope(kind="command"):
            get(KeyManagement).sign(key_id="cortex-tokens", message=b"token")
        assert watched.verbs == ["secrets.key.used"]
        assert [each.details for each in watched.records] == [{}]

    def test_is_thought_of_once_an_hour(
        self, keys: WatchedKeys, uses: KeyUses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What follows the first use asks neither clock nor lock, so that no use takes longer."""
        asked = []
        monkeypatch.setattr(uses, "_owe", lambda kind: (asked.append(kind), KeyUses._owe(uses, kind)))
        with scope(kind="command"):
            for _ in range(100):
                keys.sign(key_id="cortex-tokens", message=b"token")
        assert len(asked) == 1
