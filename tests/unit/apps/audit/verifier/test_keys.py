# SPDX-License-Identifier: Apache-2.0
"""The file of keys that an auditor trusts, and checkpoints under it."""

import pytest

from apps.audit.management.verifier.verify import Checkpoint, Keys, Refused
from tests.factories.evidence_log import LOG, ORIGIN, SEEN_AT, WITNESSES, LogInMemory, keys_text, signing_key
from tests.factories.evidence_log import Signer as NoteSigner

LOG_LINE = f"log {LOG.vkey}\n"
TWO = f"{LOG_LINE}witness a {WITNESSES[0].vkey}\nwitness b {WITNESSES[1].vkey}\n"


def sealed() -> LogInMemory:
    log = LogInMemory()
    log.append(None)
    log.seal()
    return log


class TestKeys:
    def test_read_logs_witnesses_groups_and_a_quorum(self) -> None:
        keys = Keys("# trusted\n\n" + keys_text())
        assert list(keys.logs) == [(ORIGIN, LOG.key_id)]
        assert [name for name, _ in keys.witnesses.values()] == ["w0", "w1", "w2"]
        assert keys.groups == {"two": (2, ["w0", "w1", "w2"]), "every": (3, ["w0", "w1", "w2"])}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "expected at least one line `log` and one line `quorum`"),
            (LOG_LINE, "expected at least one line `log` and one line `quorum`"),
            ("quorum none\n", "expected at least one line `log` and one line `quorum`"),
            (LOG_LINE + "quorum none\nquorum none\n", "line 3 of the keys"),
            (LOG_LINE + "quorum nobody\n", "line 2 of the keys: nobody is no witness and no group"),
            (LOG_LINE + "trust me\n", "line 2 of the keys"),
            (TWO + f"witness a {WITNESSES[2].vkey}\n", "line 4 of the keys: the name 'a' is taken"),
            (TWO + f"witness none {WITNESSES[2].vkey}\n", "line 4 of the keys: the name 'none' is taken"),
            (TWO + "group g 3 a b\n", "line 4 of the keys: expected a number from 1 to 2, got 3"),
            (TWO + "group g 0 a b\n", "line 4 of the keys: expected a number from 1 to 2, got 0"),
            (TWO + "group g any a a\n", "line 4 of the keys: expected different members"),
            (TWO + "group g any a later\n", "line 4 of the keys: expected different members"),
            (f"log {WITNESSES[0].vkey}\n", "line 1 of the keys"),
            (f"log {LOG.vkey[:-4]}AAA=\n", "line 1 of the keys"),
            (f"witness a {LOG.vkey}\n", "line 1 of the keys"),
        ],
    )
    def test_refuse_every_malformed_line_by_its_number(self, text: str, sentence: str) -> None:
        with pytest.raises(Refused) as refused:
            Keys(text)
        assert sentence in str(refused.value)

    @pytest.mark.parametrize(
        ("group", "signed", "expected"),
        [
            ("group g any a b", {"a"}, True),
            ("group g any a b", set(), False),
            ("group g all a b", {"a"}, False),
            ("group g all a b", {"a", "b"}, True),
            ("group h any b\ngroup g all a h", {"a"}, False),
            ("group h any b\ngroup g all a h", {"a", "b"}, True),
        ],
    )
    def test_count_members_and_groups_of_groups(self, group: str, signed: set[str], expected: bool) -> None:
        keys = Keys(f"{TWO}{group}\nquorum g\n")
        assert keys.is_met("g", dict.fromkeys(signed, 0)) is expected


class TestCheckpoint:
    def test_tells_who_signed_what_and_when(self) -> None:
        checkpoint = Checkpoint(sealed().checkpoint(), Keys(keys_text()), "checkpoint")
        assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 2)
        assert checkpoint.signed == dict.fromkeys(("w0", "w1", "w2"), SEEN_AT)

    def test_leaves_signatures_of_strangers_aside(self) -> None:
        strangers = [NoteSigner("stranger.example", 4, signing_key(99))]
        checkpoint = Checkpoint(sealed().checkpoint(witnesses=strangers), Keys(keys_text()), "checkpoint")
        assert checkpoint.signed == {}

    def test_refuses_another_key_of_the_same_name(self) -> None:
        thief = NoteSigner(ORIGIN, 1, signing_key(66))
        with pytest.raises(Refused, match="expected a signature by your log key"):
            Checkpoint(sealed().checkpoint(log=thief), Keys(keys_text()), "checkpoint")

    def test_refuses_the_log_of_another_origin(self) -> None:
        other = NoteSigner("other.example/log", 1, LOG.key)
        with pytest.raises(Refused, match="expected a signature by your log key"):
            Checkpoint(
                sealed().checkpoint(witnesses=[]).replace(ORIGIN.encode(), b"other.example/log", 1),
                Keys(keys_text() + f"log {other.vkey}\n"),
                "checkpoint",
            )

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            (b"\n2\n", b"\n02\n", "expected a decimal number"),
            (b"\n2\n", b"\n+2\n", "expected a decimal number"),
            (b"\n2\n", b"\n3\n", "the signature of the log"),
            (b"\n\n", b"\nmore\n\n", "expected origin, size, root"),
            (b"\n\n", b"\n", "expected origin, size, root"),
            (b"\xe2\x80\x94 w", b"- w", "expected a signature line"),
            (b"\n2\n", b"\n2\r\n", "expected no control characters"),
            (b"\n2\n", b"\n\xff\n", "expected UTF-8"),
        ],
    )
    def test_refuses_a_changed_note(self, old: bytes, new: bytes, sentence: str) -> None:
        note = sealed().checkpoint()
        assert old in note
        with pytest.raises(Refused, match=sentence):
            Checkpoint(note.replace(old, new, 1), Keys(keys_text()), "checkpoint")

    def test_refuses_a_pasted_cosignature_of_another_tree(self) -> None:
        log = sealed()
        before = log.checkpoint().splitlines(keepends=True)
        log.append(None)
        log.seal()
        now = log.checkpoint(witnesses=[]) + b"".join(before[5:])
        with pytest.raises(Refused, match="the signature of the witness w0 is wrong"):
            Checkpoint(now, Keys(keys_text()), "checkpoint")
