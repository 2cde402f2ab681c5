# SPDX-License-Identifier: Apache-2.0
"""Signed files: those that CORTEX_CONFIG names, separated by colons, or those of `--config`.

A later file beats an earlier one.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cortex.boot.configuration.artefact.document import members_of
from cortex.boot.configuration.artefact.errors import FileMustBeReadable, refused
from cortex.boot.configuration.artefact.keys import KEYS_VARIABLE, trusted_keys
from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.artefact.verification import VerifiedFile, verified_file
from cortex.boot.configuration.artefact.versions import Versions
from cortex.boot.configuration.errors import ArgumentMustBeWellFormed, refusal
from cortex.boot.configuration.found import Found, Layer
from cortex.boot.configuration.naming import require_settable

FILES_VARIABLE = "CORTEX_CONFIG"


@dataclass(frozen=True)
class SignedFiles:
    """What the files hold, the file that wins first, and who signed them."""

    layers: Sequence[Layer] = ()
    artefacts: Sequence[Artefact] = ()


def signed_files(
    *, environ: Mapping[str, str], named_by_arguments: Sequence[str], at: datetime
) -> SignedFiles:
    """Verify and read the files that are named; raises a subclass of ConfigurationRefused for each cause."""
    paths = _paths(environ=environ, named_by_arguments=named_by_arguments)
    if not paths:
        return SignedFiles()
    keys = trusted_keys(environ.get(KEYS_VARIABLE, ""))
    files = [verified_file(path, keys=keys, at=at) for path in paths]
    artefacts = [file.artefact for file in files]
    versions = Versions.of(environ)
    versions.require(artefacts)
    versions.require_names(artefacts)
    return SignedFiles(layers=[layer_of(file) for file in reversed(files)], artefacts=artefacts)


def layer_of(file: VerifiedFile) -> Layer:
    """Return the values of a file; raises for a name that nobody knows, and for a secret."""
    members = members_of(file.content, path=file.path)
    layer = {
        name: Found(member.given, source=f"file {file.path}:{member.line}")
        for name, member in members.items()
    }
    for name, found in layer.items():
        require_settable(name, found)
    return layer


def _paths(*, environ: Mapping[str, str], named_by_arguments: Sequence[str]) -> list[Path]:
    named = [part for part in environ.get(FILES_VARIABLE, "").split(os.pathsep) if part]
    if named and named_by_arguments and named != list(named_by_arguments):
        raise refusal(
            ArgumentMustBeWellFormed,
            "--config",
            expected=f"files to be named once, got others than in {FILES_VARIABLE}",
            remedy=f"Leave out --config, or unset {FILES_VARIABLE}.",
        )
    paths = [Path(part) for part in named or named_by_arguments]
    names = [path.name for path in paths]
    for path in paths:
        # Versions are remembered by file name, so two files of one name would be taken for each other.
        if names.count(path.name) > 1:
            raise refused(FileMustBeReadable, path, "expected files of different names, got this name twice.")
    return paths
