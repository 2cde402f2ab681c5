# SPDX-License-Identifier: Apache-2.0
"""Who signs and cosigns, as the settings say; what is not configured refuses aloud."""

from pathlib import Path

import pytest
from pytest_django import Settings

from apps.audit.adapters.asking_errors import SignerMustAnswer, WitnessesMustBeReadable
from apps.audit.adapters.chosen_keepers import chosen_policy, chosen_signer, chosen_witnesses
from apps.audit.domain.note.errors import LogPolicyMustBeWellFormed
from apps.audit.domain.publishing import Signer, Witnesses
from cortex.ports.registry import get
from cortex.sockets.bounded_client import AddressMustBeSafe
from tests.factories.growing_tree import GrowingTree
from tests.unit.apps.audit.domain.note.signers import witness

TREE = GrowingTree(size=2)


def test_without_a_signer_nothing_is_signed() -> None:
    with pytest.raises(SignerMustAnswer, match="AUDIT_SIGNER_SOCKET"):
        get(Signer).sign(size=2, root=TREE.root, published=0, proof_from=TREE.proof_from)


def test_without_witnesses_nobody_cosigns() -> None:
    assert chosen_policy() is None
    assert get(Witnesses).cosign(note="", proof_from=TREE.proof_from) == ()


def test_a_signer_that_does_not_run_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_SIGNER_SOCKET = str(tmp_path / "none.sock")
    with pytest.raises(SignerMustAnswer, match="FileNotFoundError"):
        chosen_signer().sign(size=2, root=TREE.root, published=0, proof_from=TREE.proof_from)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (None, WitnessesMustBeReadable),
        ("quorum", LogPolicyMustBeWellFormed),
        (f"witness w {witness().key.text} http://witness.example\nquorum w\n", AddressMustBeSafe),
    ],
    ids=["no file", "malformed", "without TLS"],
)
def test_a_file_of_witnesses_that_cannot_be_used_is_refused(
    content: str | None, refusal: type[Exception], settings: Settings, tmp_path: Path
) -> None:
    settings.AUDIT_WITNESSES = str(tmp_path / "policy")
    if content is not None:
        (tmp_path / "policy").write_text(content)
    with pytest.raises(refusal):
        chosen_witnesses()
