# SPDX-License-Identifier: Apache-2.0
import errno

import orjson
import pytest

from apps.audit.domain.merkle.errors import ConsistencyProofInvalid
from apps.audit.domain.merkle.hashes import EMPTY_ROOT
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.management.signer.errors import (
    LogKeyMustStayTheSame,
    ProofMustBeginAtTheLastTree,
    SignerMemoryMustBeNew,
    SignerMemoryMustBeReadable,
    SignerMemoryMustExist,
    SignerMustBeAlone,
    SignerMustRemember,
    TreeMustNotShrink,
    TreeToSignMustBeWellFormed,
)
from apps.audit.management.signer.memory import MemoryFile, Remembered
from apps.audit.management.signer.sign_tree import LogSigner, TreeToSign
from tests.factories.growing_tree import GrowingTree
from tests.unit.apps.audit.domain.note.signers import log


def tree_to_sign(tree: GrowingTree, *, proof_from: int, published: int = 0) -> TreeToSign:
    proof = tree.proof_from(proof_from) if 0 < proof_from <= tree.size else ()
    return TreeToSign(size=tree.size, root=tree.root, proof_from=proof_from, proof=proof, published=published)


@pytest.fixture
def memory(tmp_path_factory: pytest.TempPathFactory) -> MemoryFile:
    file = MemoryFile(tmp_path_factory.mktemp("signer") / "memory.json")
    file.begin(Remembered(key=log().key.text, origin=log().key.name))
    return file


@pytest.fixture
def signer(memory: MemoryFile) -> LogSigner:
    return LogSigner(key=log().key, sign=log().sign, memory=memory)


class TestASigner:
    def test_signs_a_first_tree_and_remembers_it(self, signer: LogSigner, memory: MemoryFile) -> None:
        tree = GrowingTree(size=3)
        note = SignedNote.parse(signer.sign(tree_to_sign(tree, proof_from=0)))
        assert note.signed_by(keys=[log().key]) == {log().key: None}
        assert Checkpoint.parse(note.text) == Checkpoint(log().key.name, 3, tree.root)
        assert (memory.read().size, memory.read().root) == (3, tree.root.hex())
        assert memory.path.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize(
        "steps", [(0, 0), (1, 1, 1), (254, 1, 1, 1), (255, 256, 257), (600, 0, 65_000)], ids=str
    )
    def test_signs_whatever_continues_the_last(
        self, signer: LogSigner, memory: MemoryFile, steps: tuple[int, ...]
    ) -> None:
        tree, last = GrowingTree(size=1), 0
        for count in steps:
            tree.grow(count)
            signer.sign(tree_to_sign(tree, proof_from=last, published=last))
            last = tree.size
        assert memory.read().size == last

    def test_signs_the_same_tree_again_with_the_same_note(self, signer: LogSigner) -> None:
        tree = GrowingTree(size=300)
        first = signer.sign(tree_to_sign(tree, proof_from=0))
        assert signer.sign(tree_to_sign(tree, proof_from=300, published=300)) == first

    def test_asks_for_a_proof_from_the_tree_that_it_knows(self, signer: LogSigner) -> None:
        signer.sign(tree_to_sign(GrowingTree(size=5), proof_from=0))
        for proof_from in (0, 3, 6):
            with pytest.raises(ProofMustBeginAtTheLastTree) as refused:
                signer.sign(tree_to_sign(GrowingTree(size=7), proof_from=proof_from))
            assert refused.value.evidence["expected"] == 5

    @pytest.mark.parametrize(
        ("tree", "refusal"),
        [
            (GrowingTree(size=299), TreeMustNotShrink),
            (GrowingTree(size=1), TreeMustNotShrink),
            (GrowingTree(size=300, word="false"), ConsistencyProofInvalid),
            (GrowingTree(size=400, word="false"), ConsistencyProofInvalid),
            (GrowingTree(size=400, word="false", shared=299), ConsistencyProofInvalid),
        ],
        ids=["one leaf less", "almost nothing", "another of the same size", "another history", "a fork"],
    )
    def test_refuses_a_tree_that_does_not_continue_and_forgets_nothing(
        self, signer: LogSigner, memory: MemoryFile, tree: GrowingTree, refusal: type[Exception]
    ) -> None:
        signer.sign(tree_to_sign(GrowingTree(size=300), proof_from=0))
        before = memory.read()
        with pytest.raises(refusal):
            signer.sign(tree_to_sign(tree, proof_from=300))
        assert memory.read() == before

    @pytest.mark.parametrize("proof", [(), (b"x" * 32,), (b"short",), (b"x" * 32,) * 63])
    def test_refuses_a_proof_that_proves_nothing(self, signer: LogSigner, proof: tuple[bytes, ...]) -> None:
        signer.sign(tree_to_sign(GrowingTree(size=5), proof_from=0))
        later = GrowingTree(size=9)
        with pytest.raises(ConsistencyProofInvalid):
            signer.sign(TreeToSign(size=9, root=later.root, proof_from=5, proof=proof, published=5))

    def test_refuses_an_empty_tree(self, signer: LogSigner) -> None:
        with pytest.raises(TreeToSignMustBeWellFormed):
            signer.sign(TreeToSign(size=0, root=EMPTY_ROOT, proof_from=0, proof=(), published=0))

    def test_notices_that_its_memory_was_lost_or_is_older(
        self, signer: LogSigner, memory: MemoryFile
    ) -> None:
        with pytest.raises(SignerMustRemember):
            signer.sign(tree_to_sign(GrowingTree(size=9), proof_from=0, published=5))
        assert memory.read().size == 0

    def test_leaves_its_memory_when_the_keeper_does_not_sign(self, memory: MemoryFile) -> None:
        def away(_message: bytes) -> bytes:
            raise ConnectionError

        signer = LogSigner(key=log().key, sign=away, memory=memory)
        with pytest.raises(ConnectionError):
            signer.sign(tree_to_sign(GrowingTree(size=9), proof_from=0))
        assert memory.read().size == 0

    def test_gives_no_signature_away_that_it_could_not_remember(self, memory: MemoryFile) -> None:
        class FullDisk(MemoryFile):
            def write(self, remembered: Remembered) -> None:
                raise OSError(errno.ENOSPC, "no space left")

        signer = LogSigner(key=log().key, sign=log().sign, memory=FullDisk(memory.path))
        with pytest.raises(OSError, match="no space"):
            signer.sign(tree_to_sign(GrowingTree(size=9), proof_from=0))
        assert memory.read().size == 0

    def test_refuses_a_key_that_verifiers_do_not_have(self, memory: MemoryFile) -> None:
        other = log(seed=2)
        with pytest.raises(LogKeyMustStayTheSame):
            LogSigner(key=other.key, sign=other.sign, memory=memory)


class TestAMemory:
    def test_that_is_missing_is_no_empty_one(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        file = MemoryFile(tmp_path_factory.mktemp("signer") / "memory.json")
        with pytest.raises(SignerMemoryMustExist):
            file.read()

    def test_is_begun_once(self, memory: MemoryFile) -> None:
        with pytest.raises(SignerMemoryMustBeNew):
            memory.begin(memory.read())

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{}",
            b"[]",
            b"{",
            orjson.dumps({"key": "k", "origin": "o", "size": -1, "root": "00" * 32}),
            orjson.dumps({"key": "k", "origin": "o", "size": 1, "root": "00"}),
            orjson.dumps({"key": "k", "origin": "o", "size": 1, "root": "zz" * 32}),
            orjson.dumps({"key": "k", "origin": "o", "size": "1", "root": "00" * 32}),
            orjson.dumps({"key": "k", "origin": "o", "size": 1, "root": "00" * 32, "more": 1}),
        ],
        ids=["empty", "no members", "a list", "cut", "negative", "short", "no hash", "a text", "more"],
    )
    def test_that_was_changed_is_refused(self, memory: MemoryFile, content: bytes) -> None:
        memory.path.write_bytes(content)
        with pytest.raises(SignerMemoryMustBeReadable):
            memory.read()

    def test_has_one_signer(self, memory: MemoryFile) -> None:
        with memory.held(), pytest.raises(SignerMustBeAlone), MemoryFile(memory.path).held():
            pass
