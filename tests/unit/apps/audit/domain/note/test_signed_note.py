# SPDX-License-Identifier: Apache-2.0
import itertools
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.audit.domain.note.encoding import decimal, decoded, encoded
from apps.audit.domain.note.errors import (
    NoteKeyMustBeWellFormed,
    NoteKeysMustBeDistinct,
    NoteMustBeSigned,
    NoteMustBeWellFormed,
)
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import BYTES_MAX, SignatureLine, SignedNote
from apps.audit.domain.note.signing import signature_line
from tests.unit.apps.audit.domain.note.signers import Signer, log, note_of, witness

TEXT = "books.example/log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
LINE = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs",)), max_size=30)
TEXTS = st.lists(LINE, min_size=1, max_size=6).map(lambda lines: "".join(f"{line}\n" for line in lines))


class TestAKey:
    @given(st.sampled_from([log, witness]), st.integers(1, 255))
    def test_is_read_as_it_was_written(self, made: Callable[..., Signer], seed: int) -> None:
        key = made(seed=seed).key
        assert VerifierKey.parse(key.text) == key

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace("+", "-"),
            lambda text: text.replace("books", "b ooks"),
            lambda text: text.replace("books", "b\u00a0ooks"),
            lambda text: text.replace("books", "bo\tks"),
            lambda text: text.replace("books", "booksx"),
            lambda text: text[text.index("+") :],
            lambda text: text.upper(),
            lambda text: text + "=",
            lambda text: text + "\n",
            lambda text: text[:-4],
            lambda text: text + "AAAA",
            lambda text: text[: text.rindex("+") + 1],
            lambda text: text[: text.rindex("+") + 1] + "A" * 9000,
        ],
        ids=itertools.count(1),
    )
    def test_that_was_changed_is_refused(self, change: Callable[[str], str]) -> None:
        with pytest.raises(NoteKeyMustBeWellFormed):
            VerifierKey.parse(change(log().key.text))

    def test_of_an_unknown_kind_is_refused_by_its_number(self) -> None:
        body = encoded(bytes([0x06]) + b"k" * 1312)
        with pytest.raises(NoteKeyMustBeWellFormed, match="0x06"):
            VerifierKey.parse(f"a+00000000+{body}")

    def test_has_another_id_under_another_name_or_kind(self) -> None:
        ids = {log("a").key.id, log("b").key.id, witness("a", seed=1).key.id}
        assert len(ids) == 3


class TestASignedNote:
    @given(TEXTS, st.integers(0, 2**63 - 1))
    def test_is_read_as_it_was_written_and_verifies(self, text: str, at: int) -> None:
        signers = [log(), witness()]
        lines = [signers[0].line(text), signers[1].line(text, signed_at=at)]
        note = SignedNote.parse(note_of(text, lines))
        assert (note.text, list(note.signatures)) == (text, lines)
        assert note.signed_by(keys=[s.key for s in signers]) == {signers[0].key: None, signers[1].key: at}

    @given(TEXTS, TEXTS)
    def test_signs_no_other_text(self, text: str, other: str) -> None:
        assume(text != other)
        for signer in (log(), witness()):
            note = SignedNote(text=other, signatures=[signer.line(text, signed_at=1)])
            with pytest.raises(NoteMustBeSigned):
                note.signed_by(keys=[signer.key])

    @given(st.data())
    def test_with_one_flipped_bit_of_a_signature_is_refused(self, data: st.DataObject) -> None:
        signer = data.draw(st.sampled_from([log(), witness()]))
        line = signer.line(TEXT, signed_at=1_700_000_000)
        bit = data.draw(st.integers(0, 8 * len(line.body) - 1))
        body = (int.from_bytes(line.body) ^ 1 << bit).to_bytes(len(line.body))
        note = SignedNote(text=TEXT, signatures=[SignatureLine(line.name, line.key_id, body)])
        with pytest.raises(NoteMustBeSigned):
            note.signed_by(keys=[signer.key])

    def test_carries_lines_of_strangers_without_believing_them(self) -> None:
        stranger = SignatureLine(log().key.name, b"\0\0\0\0", b"x" * 64)
        namesake = SignatureLine("else", log().key.id, b"x" * 64)
        note = SignedNote.parse(note_of(TEXT, [stranger, namesake, log().line(TEXT)]))
        assert note.signed_by(keys=[log().key]) == {log().key: None}
        with pytest.raises(NoteMustBeSigned, match="got none"):
            SignedNote(text=TEXT, signatures=[stranger, namesake]).signed_by(keys=[log().key])

    def test_is_refused_as_a_whole_when_one_trusted_line_is_false(self) -> None:
        good = log().line(TEXT)
        note = SignedNote(text=TEXT, signatures=[good, SignatureLine(good.name, good.key_id, b"x" * 64)])
        with pytest.raises(NoteMustBeSigned):
            note.signed_by(keys=[log().key])

    def test_counts_the_newest_word_of_a_witness(self) -> None:
        lines = [witness().line(TEXT, signed_at=at) for at in (5, 9, 7)]
        assert SignedNote(text=TEXT, signatures=lines).signed_by(keys=[witness().key]) == {witness().key: 9}

    @pytest.mark.parametrize("size", [0, 63, 65, 71, 73])
    def test_refuses_signatures_of_another_length(self, size: int) -> None:
        for signer in (log(), witness()):
            if size + 8 * (not signer.key.kind.is_timed) != 72:
                line = SignatureLine(signer.key.name, signer.key.id, b"x" * size)
                with pytest.raises(NoteMustBeSigned):
                    SignedNote(text=TEXT, signatures=[line]).signed_by(keys=[signer.key])

    def test_refuses_a_time_beyond_63_bits(self) -> None:
        line = SignatureLine(witness().key.name, witness().key.id, b"\xff" * 72)
        with pytest.raises(NoteMustBeSigned, match="2\\^63"):
            SignedNote(text=TEXT, signatures=[line]).signed_by(keys=[witness().key])

    def test_refuses_two_trusted_keys_that_nobody_can_tell_apart(self) -> None:
        note = SignedNote(text=TEXT, signatures=[log().line(TEXT)])
        with pytest.raises(NoteKeysMustBeDistinct):
            note.signed_by(keys=[log().key, log().key])

    def test_of_a_hundred_signatures_is_read_and_of_one_more_refused(self) -> None:
        line = log().line(TEXT)
        assert len(SignedNote.parse(note_of(TEXT, [line] * 100)).signatures) == 100
        with pytest.raises(NoteMustBeWellFormed, match="at most 100"):
            SignedNote.parse(note_of(TEXT, [line] * 101))

    @pytest.mark.parametrize(
        "change",
        [
            lambda note: note[:-1],
            lambda note: note + "\n",
            lambda note: note.replace("\n\n", "\n"),
            lambda note: note.replace("\n\n", "\n\r\n"),
            lambda note: note.replace("\n", "\r\n"),
            lambda note: note.replace("— ", "- "),
            lambda note: note.replace("— ", "—  "),
            lambda note: note.replace("— books", "— bo+oks"),
            lambda note: note.replace("— books", "— bo\u2003oks"),
            lambda note: note.replace("— books.example/log ", "— "),
            lambda note: note.replace("example", "exa\x01mple", 1),
            lambda note: note.replace("example", "exa\x00mple", 1),
            lambda note: note.replace("example", "exa\ud800mple", 1),
            lambda note: note.replace("=\n\n", "=\t\n\n"),
            lambda note: note[:-2] + "\n",
            lambda note: note[:-1] + "=\n",
            lambda note: note[:-1] + " \n",
            lambda note: note[:-1] + " again\n",
            lambda note: note + "— x AAAAAA==\n",
            lambda note: note + "\u2028— x AAAA\n",
            lambda note: note[: note.index("\n\n") + 1],
            lambda note: "x" * BYTES_MAX + note,
            lambda note: "",
        ],
        ids=itertools.count(1),
    )
    def test_that_was_malformed_is_refused(self, change: Callable[[str], str]) -> None:
        whole = note_of(TEXT, [log().line(TEXT)])
        assert SignedNote.parse(whole).whole == whole
        with pytest.raises(NoteMustBeWellFormed):
            SignedNote.parse(change(whole))

    def test_is_refused_in_words_that_hold_no_control_character(self) -> None:
        with pytest.raises(NoteMustBeWellFormed) as refused:
            SignedNote.parse("\x1b[31mred\n\n— x AAAA\n")
        assert "\x1b" not in refused.value.message


class TestSigning:
    def test_refuses_what_the_key_does_not_verify(self) -> None:
        # As when the keeper signs with a newer version than the one that is published.
        with pytest.raises(NoteMustBeSigned):
            signature_line(key=log().key, text=TEXT, sign=log(seed=2).sign)


class TestBase64:
    @given(st.binary(max_size=80))
    def test_is_read_as_it_was_written(self, data: bytes) -> None:
        assert decoded(encoded(data)) == data

    @pytest.mark.parametrize("text", ["AB==", "AA=", "AA", "A A=", "AA==\n", "AAA_", "AAA-", "ÄÄÄÄ", "=AAA"])
    def test_has_one_form(self, text: str) -> None:
        assert decoded(text) is None


class TestDecimal:
    @given(st.integers(0, 2**63 - 1))
    def test_is_read_as_it_was_written(self, number: int) -> None:
        assert decimal(str(number)) == number

    @pytest.mark.parametrize(
        "text", ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "٣", "²", str(2**63), "9" * 5000]
    )
    def test_has_one_form(self, text: str) -> None:
        assert decimal(text) is None
