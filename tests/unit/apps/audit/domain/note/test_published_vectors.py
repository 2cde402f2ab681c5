# SPDX-License-Identifier: Apache-2.0
"""Notes that others signed: of golang.org/x/mod/sumdb/note, of C2SP's specifications, and of a public log."""

import base64

import pytest

from apps.audit.domain.note.algorithms import COSIGNATURE_V1, ED25519
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.errors import NoteMustBeSigned
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.signing import signature_line
from tests.unit.apps.audit.domain.note.signers import Signer

NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # pragma: allowlist secret
NEUMANN_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
ARCHE = "arche2025h1.staging.ct.transparency.dev"
ARCHE_VKEY = f"{ARCHE}+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESSES = (
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
)
ARCHE_NOTE = f"""\
{ARCHE}
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— {ARCHE} zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— {ARCHE} ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501


@pytest.mark.parametrize("text", [NEUMANN, FOO, ARCHE_VKEY, *WITNESSES])
def test_keys_of_others_are_read_and_written_back(text: str) -> None:
    assert VerifierKey.parse(text).text == text


def test_a_key_tells_its_parts() -> None:
    key = VerifierKey.parse(FOO)
    assert (key.name, key.kind, key.id.hex()) == ("example.com/foo", ED25519, "530d903a")
    assert key.public.hex() == "e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4"
    assert VerifierKey.parse(WITNESSES[0]).kind is COSIGNATURE_V1


@pytest.mark.parametrize(("text", "note"), [(NEUMANN, NEUMANN_NOTE), (FOO, FOO_NOTE)])
def test_notes_of_others_verify(text: str, note: str) -> None:
    key = VerifierKey.parse(text)
    assert SignedNote.parse(note).signed_by(keys=[key]) == {key: None}
    with pytest.raises(NoteMustBeSigned):
        SignedNote.parse(note.replace(" is ", " was ")).signed_by(keys=[key])


def test_the_same_key_signs_the_same_note() -> None:
    # The secret half is published with the package's documentation.
    signer = Signer("PeterNeumann", base64.b64decode(NEUMANN_SECRET)[1:], kind=ED25519)
    assert signer.key.text == NEUMANN
    note = SignedNote.parse(NEUMANN_NOTE)
    assert signature_line(key=signer.key, text=note.text, sign=signer.sign) == note.signatures[0]


def test_a_checkpoint_of_a_public_log_verifies_with_four_witnesses_and_their_time() -> None:
    log, witnesses = VerifierKey.parse(ARCHE_VKEY), [VerifierKey.parse(text) for text in WITNESSES]
    note = SignedNote.parse(ARCHE_NOTE)
    found = note.signed_by(keys=[log, *witnesses])
    assert found == {log: None, **dict.fromkeys(witnesses, 1779573024)}
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == (ARCHE, 1432088532)
    assert note.whole == ARCHE_NOTE


def test_the_same_checkpoint_with_another_size_does_not() -> None:
    note = SignedNote.parse(ARCHE_NOTE.replace("\n1432088532\n", "\n1432088531\n"))
    for text in (ARCHE_VKEY, *WITNESSES):
        with pytest.raises(NoteMustBeSigned):
            note.signed_by(keys=[VerifierKey.parse(text)])
