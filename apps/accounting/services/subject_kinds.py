# SPDX-License-Identifier: Apache-2.0
"""Whom the books know as subjects."""

from apps.accounting.selectors.party_file import entries_of_party, party_file
from apps.accounting.services.erase_party import PARTY, erase_party
from cortex.ports.subjects import SubjectKind, subject_kind


def register_subjects() -> None:
    """Register parties."""
    subject_kind(
        SubjectKind(name=PARTY, title="party", objects=entries_of_party, read=party_file, erase=erase_party)
    )
