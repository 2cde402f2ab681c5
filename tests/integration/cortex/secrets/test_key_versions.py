# SPDX-License-Identifier: Apache-2.0
"""Versions of keys that came or went at their keepers leave a leaf, whoever rotated them and wherever."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cortex.canonical_json import canonical_digest
from cortex.container.override import override
from cortex.ports.key_management import KeyInventory
from cortex.ports.principal import Principal
from cortex.secrets import console
from cortex.secrets.chosen import Keepers, inventory_of, opened
from cortex.secrets.models import KeySighting
from cortex.secrets.options import SealedFileOptions, SecretsOptions, VaultOptions
from cortex.secrets.our_keys import OUR_KEYS
from cortex.secrets.record_key_versions import APPEARED, WITHDRAWN, record_key_versions, statement_of
from cortex.secrets.tasks import look_at_keys
from tests.factories.leaves import watched_leaves
from tests.frame.openbao import OpenBao

pytestmark = pytest.mark.django_db
SCHEDULER = Principal.service("scheduler")
Seen = list[tuple[str, str, str, int]]


def look() -> Seen:
    """Look once, and return what leaves tell: the verb, keeper, key and version."""
    with watched_leaves() as watched:
        sightings = record_key_versions(seen_by=SCHEDULER)
    rows = {row.id: row for row in KeySighting.objects.all()}
    told = [(record.verb, rows[record.object_id], record.digest) for record in watched.records]
    assert [row.id for _, row, _ in told] == [sighting.id for sighting in sightings]
    assert [digest for _, _, digest in told] == [canonical_digest(statement_of(row)) for _, row, _ in told]
    return [(verb, row.keeper, row.key_id, row.version) for verb, row, _ in told]


@contextmanager
def kept_by(keepers: Keepers, *, secret_key: str = "kept") -> Iterator[None]:
    with override(KeyInventory, inventory_of(keepers, secret_key=secret_key, fallbacks=())):
        yield


class TestSealedFile:
    @pytest.fixture
    def words(self, tmp_path: Path) -> list[str]:
        words = ["--file", str(tmp_path / "secrets.age"), "--identity", str(tmp_path / "identity.age")]
        console.main([*words, "seal"])
        return words

    @pytest.fixture(autouse=True)
    def keepers(self, words: list[str]) -> Iterator[None]:
        sealed = SealedFileOptions(path=Path(words[1]), identity_path=Path(words[3]))
        with kept_by(opened(SecretsOptions(sealed=sealed))):
            yield

    def test_is_written_down_at_first_and_then_what_changed(self, words: list[str]) -> None:
        first = look()
        assert (APPEARED, "sealed", "cortex-files", 1) in first
        # Keys that follow from SECRET_KEY decrypt what they once made, so they are there too.
        assert [each[2] for each in first if each[1] == "installation"] == list(OUR_KEYS)
        assert look() == []
        console.main([*words, "rotate-key", "cortex-files"])
        assert look() == [(APPEARED, "sealed", "cortex-files", 2)]
        assert look() == []

    def test_that_was_put_back_to_an_older_one_withdraws_what_it_lacks(self, words: list[str]) -> None:
        before = Path(words[1]).read_bytes()
        console.main([*words, "rotate-key", "cortex-files"])
        look()
        Path(words[1]).write_bytes(before)
        assert look() == [(WITHDRAWN, "sealed", "cortex-files", 2)]
        # Made anew it has the same number and is another key.
        console.main([*words, "rotate-key", "cortex-files"])
        assert look() == [(APPEARED, "sealed", "cortex-files", 2)]
        assert KeySighting.objects.filter(key_id="cortex-files", version=2).count() == 3

    def test_that_cannot_be_opened_withdraws_nothing(self, words: list[str]) -> None:
        look()
        Path(words[1]).chmod(0o644)
        assert look() == []
        Path(words[1]).chmod(0o600)
        assert look() == []

    def test_is_looked_at_by_the_schedule(self) -> None:
        look_at_keys()
        assert KeySighting.objects.filter(keeper="sealed", is_held=True).count() == 1


class TestSecretKey:
    def test_that_is_another_without_the_former_as_a_fallback_withdraws_its_keys(self) -> None:
        keepers = opened(SecretsOptions())
        with kept_by(keepers):
            look()
        with kept_by(keepers, secret_key="another"):
            changed = look()
        assert [each[0] for each in changed] == [APPEARED] * len(OUR_KEYS) + [WITHDRAWN] * len(OUR_KEYS)


class TestVault:
    @pytest.fixture(autouse=True)
    def keepers(self, options: VaultOptions) -> Iterator[Keepers]:
        # Not those that another test has opened, and whose vault went away.
        keepers = opened.__wrapped__(SecretsOptions(vault=options))
        with kept_by(keepers):
            yield keepers
        keepers.give_back()

    def test_is_seen_when_an_operator_rotates_there(self, bao: OpenBao) -> None:
        transit = bao.root().secrets.transit
        assert ("cortex-signatures", APPEARED) in [(each[2], each[0]) for each in look()]
        assert look() == []
        for key_id in ("cortex-files", "cortex-signatures"):
            transit.rotate_key(key_id)
        changed = look()
        assert [(each[0], each[1], each[2]) for each in changed] == [
            (APPEARED, "transit", "cortex-files"),
            (APPEARED, "transit", "cortex-signatures"),
        ]
        latest = transit.read_key("cortex-files")["data"]["latest_version"]
        assert changed[0][3] == latest

    def test_is_missed_when_versions_decrypt_no_more_or_the_key_is_deleted(self, bao: OpenBao) -> None:
        transit = bao.root().secrets.transit
        transit.create_key("cortex-letters", key_type="aes256-gcm96")
        transit.rotate_key("cortex-letters")
        look()
        transit.update_key_configuration("cortex-letters", min_decryption_version=2)
        assert look() == [(WITHDRAWN, "transit", "cortex-letters", 1)]
        transit.update_key_configuration("cortex-letters", deletion_allowed=True)
        transit.delete_key("cortex-letters")
        assert look() == [(WITHDRAWN, "transit", "cortex-letters", 2)]

    def test_that_does_not_answer_withdraws_nothing(self, bao: OpenBao) -> None:
        look()
        bao.stop()
        assert look() == []

    def test_that_is_no_longer_ours_has_withdrawn_its_keys(self) -> None:
        look()
        with kept_by(opened(SecretsOptions())):
            changed = look()
        assert {each[:2] for each in changed} == {(WITHDRAWN, "transit")}
