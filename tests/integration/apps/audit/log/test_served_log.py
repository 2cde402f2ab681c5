# SPDX-License-Identifier: Apache-2.0
"""Anybody rebuilds the tree from what is served and finds what was signed; leaves are for few."""

import hashlib

import psycopg
import pytest
from django.test import Client

from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.proofs import consistency_proof, inclusion_proof, root_at
from apps.audit.domain.merkle.tiles import tile_path, tile_width
from apps.audit.domain.merkle.verification import verify_consistency, verify_inclusion
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.services.advance_log import advance_log
from cortex.errors import CortexError
from cortex.identity.models import User
from tests.factories.log import append, integrate_and_seal, stored_leaves
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.integration.apps.audit.log.conftest import Log


class Silent(CortexError):
    code = "testing.silent"


def advance(log: Log) -> int:
    size = advance_log(signer=log.signer, witnesses=log.witnesses)
    assert size is not None
    return size


def served_tile(size: int, level: int, place: int) -> bytes:
    """Return a tile as a stranger gets it."""
    width = tile_width(level=level, place=place, tree_size=size)
    answer = Client().get("/log/" + tile_path(level=level, place=place, width=width))
    assert answer.status_code == 200, answer.content
    return answer.content


def browser_of(user: User) -> Client:
    return sign_in(Client(), user)


@pytest.fixture
def platform_administrator(log: Log) -> Client:
    user = person("petra")
    user.is_superuser = user.is_staff = True
    user.save(update_fields=["is_superuser", "is_staff"])
    return browser_of(user)


class TestCheckpoint:
    def test_is_not_there_before_the_first_tree_is_signed(self, log: Log) -> None:
        append(log.acme)
        integrate_and_seal()
        assert Client().get("/log/checkpoint").status_code == 404
        assert Client().get("/log/tile/0/000.p/1").status_code == 404

    def test_is_served_with_its_cosignatures(self, log: Log) -> None:
        append(log.acme, 3)
        size = advance(log)
        answer = Client().get("/log/checkpoint")
        note = SignedNote.parse(answer.content.decode().replace("— tower c2lnbmVk\n", ""))
        assert Checkpoint.parse(note.text).size == size
        assert answer.content.decode().endswith("— tower c2lnbmVk\n")
        assert answer["Content-Type"] == "text/plain; charset=utf-8"

    def test_waits_a_few_seconds_for_its_witnesses(self, log: Log) -> None:
        append(log.acme)
        advance(log)
        cosigned = Client().get("/log/checkpoint").content
        log.witnesses.words = {"tower": Silent("away")}
        append(log.acme)
        advance(log)
        assert Client().get("/log/checkpoint").content == cosigned

    def test_is_told_to_be_unchanged_to_whoever_has_it(self, log: Log) -> None:
        append(log.acme)
        advance(log)
        tag = Client().get("/log/checkpoint")["ETag"]
        again = Client().get("/log/checkpoint", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        append(log.acme)
        advance(log)
        assert Client().get("/log/checkpoint", headers={"If-None-Match": tag}).status_code == 200


class TestTiles:
    def test_give_the_signed_root_and_proofs_of_any_leaf(self, log: Log) -> None:
        append(log.acme, 300)
        old = advance(log)
        append(log.bolt, 270)
        size = advance(log)

        def read(level: int, place: int) -> bytes:
            return served_tile(size, level, place)

        root = root_at(tree_size=size, read=read)
        assert root == log.signer.root == Frontier.of_tiles(size=size, read=read).root()
        for leaf in stored_leaves(log.dsn)[:: size // 3]:
            verify_inclusion(
                leaf_hash=hashlib.sha256(b"\x00" + leaf.body).digest(),
                leaf_index=leaf.index,
                tree_size=size,
                proof=inclusion_proof(leaf_index=leaf.index, tree_size=size, read=read),
                root_hash=root,
            )
        verify_consistency(
            old_size=old,
            new_size=size,
            old_root=root_at(tree_size=old, read=read),
            new_root=root,
            proof=consistency_proof(old_size=old, new_size=size, read=read),
        )
        full, partial = Client().get("/log/tile/0/000"), Client().get(f"/log/tile/0/001.p/{old - 256}")
        assert (len(full.content), len(partial.content)) == (256 * 32, (old - 256) * 32)
        assert "immutable" in full["Cache-Control"]
        assert Client().get("/log/tile/0/000", headers={"If-None-Match": full["ETag"]}).status_code == 304

    def test_that_no_checkpoint_covers_are_not_served(self, log: Log) -> None:
        append(log.acme, 20)
        size = advance(log)
        append(log.acme, 300)
        integrate_and_seal()
        width = size % 256
        assert Client().get(f"/log/tile/0/000.p/{width}").status_code == 200
        for name in (f"000.p/{width + 1}", f"000.p/{width - 1}", "000", "001", "001.p/5"):
            assert Client().get(f"/log/tile/0/{name}").status_code == 404, name

    @pytest.mark.parametrize(
        "path",
        [
            "0/0",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/257",
            "0/000.p/01",
            "0/x000/000",
            "0/000/000",
            "0/%2e%2e/000",
            "0/" + "x999/" * 40 + "999",
            "6/000",
            "00/000",
            "99999999999999999999/000",
            "-1/000",
            "entries",
        ],
    )
    def test_have_one_name_each(self, log: Log, path: str) -> None:
        append(log.acme, 20)
        advance(log)
        assert Client().get(f"/log/tile/{path}").status_code == 404

    def test_are_only_read(self, log: Log) -> None:
        append(log.acme)
        advance(log)
        assert Client().post("/log/tile/0/000.p/1").status_code == 405
        assert Client().delete("/log/checkpoint").status_code == 405


class TestEntryBundles:
    def test_hold_the_leaves_behind_their_lengths(self, log: Log, platform_administrator: Client) -> None:
        append(log.acme, 4)
        append(None)
        size = advance(log)
        answer = platform_administrator.get(f"/log/tile/entries/000.p/{size}")
        expected = [leaf.body for leaf in stored_leaves(log.dsn)]
        assert answer.status_code == 200
        assert answer.content == b"".join(len(body).to_bytes(2) + body for body in expected)
        assert answer["Cache-Control"] == "private, no-store"

    def test_that_no_checkpoint_covers_are_not_there(self, log: Log, platform_administrator: Client) -> None:
        append(log.acme, 4)
        size = advance(log)
        for name in (f"000.p/{size + 1}", "000", "001", "zero", "x000/000"):
            answer = platform_administrator.get(f"/log/tile/entries/{name}")
            assert answer.status_code == 404, name
            assert answer.json()["code"] == "audit.tree_must_have_the_size"

    def test_are_refused_to_whoever_may_read_one_company(self, log: Log) -> None:
        append(log.acme, 4)
        size = advance(log)
        bob, charlie = person("bob"), person("charlie")
        let_in(company_id=log.acme, user_id=bob.id, roles=["auditor"])
        for client, status in ((browser_of(bob), 403), (browser_of(charlie), 403), (Client(), 401)):
            answer = client.get(f"/log/tile/entries/000.p/{size}")
            assert answer.status_code == status
            assert str(log.acme).encode() not in answer.content

    def test_leave_the_decision_behind(self, log: Log, platform_administrator: Client) -> None:
        append(log.acme, 4)
        platform_administrator.get(f"/log/tile/entries/000.p/{advance(log)}")
        with psycopg.connect(log.dsn) as admin:
            found = admin.execute(
                "SELECT count(*) FROM policy_decision WHERE action = 'audit.log.read_bundles'"
            ).fetchone()
        assert found == (1,)
