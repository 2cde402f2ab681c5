# SPDX-License-Identifier: Apache-2.0
"""Whose packs are taken: those of this release, and of whoever the installation trusts besides."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from apps.audit.adapters.compliance.shipped_packs import SHIPPED_KEYS
from apps.audit.domain.compliance.errors import PackKeyMustBeWellFormed
from apps.audit.domain.compliance.pack_keys import keys_of_text
from apps.audit.domain.note.keys import VerifierKey

BYTES_MAX = 100_000


class ConfiguredPackKeys:
    """Reads the keys that the program brings along, and the file that COMPLIANCE_PACK_KEYS names."""

    def trusted(self) -> Sequence[VerifierKey]:
        """Return the keys, each once; raises PackKeyMustBeWellFormed."""
        text = SHIPPED_KEYS.read_text(encoding="utf-8")
        if settings.COMPLIANCE_PACK_KEYS:
            text += "\n" + _read(Path(settings.COMPLIANCE_PACK_KEYS))
        return list({key.text: key for key in keys_of_text(text)}.values())


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(BYTES_MAX)
    except (OSError, UnicodeDecodeError) as error:
        raise PackKeyMustBeWellFormed(
            f"COMPLIANCE_PACK_KEYS: expected a file of keys that can be read, got {type(error).__name__}.",
            evidence={"object": "COMPLIANCE_PACK_KEYS", "got": type(error).__name__},
        ) from error
