# SPDX-License-Identifier: Apache-2.0
"""Signer and witness as one machine starts them, asked as the application asks them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.audit.adapters.chosen_keepers import chosen_policy, chosen_signer, chosen_witnesses
from apps.audit.domain.note.signed_note import SignedNote
from cortex.embedded import locations, processes
from cortex.embedded.log_keepers import LogKeepers, answers
from cortex.embedded.programs import Program
from tests.factories.growing_tree import GrowingTree
from tools.checks.tracked import ROOT


@pytest.fixture
def keepers(base: Path) -> LogKeepers:
    return LogKeepers.of(locations=locations.prepare(base=base), checkout=ROOT, environ={})


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        process.terminate()
        process.wait(timeout=20)


def start(program: Program) -> subprocess.Popen[bytes]:
    return subprocess.Popen(program.command, cwd=program.directory, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_the_application_gets_its_trees_signed_and_cosigned(
    keepers: LogKeepers, started: list[subprocess.Popen[bytes]], settings: Settings
) -> None:
    signer, witness = keepers.programs()
    started.append(start(signer))
    assert processes.wait_until(lambda: answers(keepers.signer_socket), seconds=60)
    assert keepers.make_witness()
    assert not keepers.make_witness()
    started.append(start(witness))
    assert processes.wait_until(lambda: answers(keepers.witness_socket), seconds=60)
    for name, value in keepers.environment.items():
        setattr(settings, name, value)
    tree, policy = GrowingTree(size=300), chosen_policy()
    note = chosen_signer().sign(size=300, root=tree.root, published=0, proof_from=tree.proof_from)
    (said,) = chosen_witnesses().cosign(note=note, proof_from=tree.proof_from)
    assert said.refusal is None
    assert policy is not None
    keys = [policy.logs[0].key, policy.witnesses["local"].key]
    assert set(SignedNote.parse(note + said.line).signed_by(keys=keys)) == set(keys)
    assert policy.is_met(cosigned=[said.witness])
