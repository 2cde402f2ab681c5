# SPDX-License-Identifier: Apache-2.0
"""Make a new witness in a directory: key, empty memory and configuration, all for its account alone."""

from collections.abc import Sequence
from pathlib import Path

from apps.audit.domain.note.keys import VerifierKey
from apps.audit.management.witness.configuration import address_of, configuration_text
from apps.audit.management.witness.errors import WitnessMustBeNew
from apps.audit.management.witness.memory import WitnessMemory
from apps.audit.management.witness.own_key import WitnessKey
from cortex.secrets.sealed.private_file import replace_private

CONFIGURATION = "witness.toml"


def begin_witness(*, directory: Path, name: str, listen: str, logs: Sequence[VerifierKey]) -> VerifierKey:
    """Make the files and return the public key; raises WitnessMustBeNew, WitnessMustBeConfigured."""
    address_of(listen)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = directory / CONFIGURATION
    if configuration.exists():
        raise WitnessMustBeNew(
            f"Directory {directory}: expected no witness, got one. Choose another directory.",
            evidence={"object": str(directory), "remedy": "choose another directory"},
        )
    # What an init that was killed left: nobody has its key, so nothing is lost.
    for leftover in (directory / "witness.key", directory / "witness.sqlite3"):
        leftover.unlink(missing_ok=True)
    key = WitnessKey.make(directory / "witness.key", name=name)
    WitnessMemory.make(directory / "witness.sqlite3")
    # Last: with it the witness is whole.
    replace_private(configuration, configuration_text(name=name, listen=listen, logs=logs).encode())
    return key.verifier


def asking_policy(*, log: VerifierKey, witness: VerifierKey, url: str) -> str:
    """Return the file of keys by which a log asks this one witness. Source: c2sp.org/tlog-policy."""
    return f"log {log.text}\nwitness local {witness.text} {url}\nquorum local\n"
