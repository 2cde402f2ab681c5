# SPDX-License-Identifier: Apache-2.0
"""A manifest that uses every part of the format, and ways to write another from it."""

from typing import Any

import pytest

from apps.plugins.domain.errors import ManifestMustBeWellFormed
from apps.plugins.domain.read_manifest import read_manifest

FULL = """\
format: 1
id: com.example.duplicate-guard
version: 1.2.3-rc.1
cortex: ">=0.1.0 <2.0.0"
name: Duplicate guard
description: |
  Flags entries that look
  like one posted before.
publisher: com.example
licence: Apache-2.0 OR MIT
support: https://example.com/support
entry_points:
  events:
    accounting.journal_entry.posted.v1: on_posted
  endpoints:
    - {method: GET, path: findings, handler: on_findings}
    - {method: POST, path: findings/close, handler: on_close}
  jobs:
    - {name: nightly, schedule: "0 2 * * *", handler: on_night}
  validators:
    accounting.journal_entry.post: on_post
capabilities:
  data:
    - {entity: accounting.journal_entry, verbs: [read, flag], fields: [id, number]}
    - {entity: accounting.account, verbs: [propose]}
  events: [com.example.duplicate_guard.found.v1]
  storage_kib: 64
  http: [api.example.com]
  secrets: [api-token]
limits:
  milliseconds: 500
  fuel_millions: 100
  memory_mib: 32
  input_kib: 2
  output_kib: 3
  host_calls: 0
  host_kib: 4
settings:
  window:
    title: Days to look back
    description: Older entries are not compared.
    type: integer
    required: true
    default: 30
    minimum: 1
    maximum: 365
  mode:
    title: Mode
    type: string
    default: strict
    choices: [strict, loose]
    length_max: 10
  tells:
    title: Tells by mail
    type: boolean
    default: false
  accounts:
    title: Accounts
    type: list
    default: ["1000", "2000"]
translations:
  fr:
    name: Garde des doublons
    settings.window.title: Jours
"""

LEAST = """\
format: 1
id: com.example.least
version: 0.1.0
cortex: ">=0.1.0"
name: Least
description: Does nothing.
publisher: com.example
licence: MIT
support: mailto:support@example.com
entry_points:
  events:
    accounting.journal_entry.posted.v1: on_posted
"""


def changed(old: str, new: str, *, text: str = FULL) -> bytes:
    """Return the manifest with one passage written otherwise."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in it"
    return text.replace(old, new).encode()


def line_of(passage: str, *, text: str = FULL) -> int:
    """Return the line where a passage begins."""
    return text[: text.index(passage)].count("\n") + 1


def parts(text: str = LEAST) -> dict[str, str]:
    """Return the passages of the manifest by the name of their member."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if line[0].isalpha():
            name = line.partition(":")[0]
        found[name] = found.get(name, "") + line
    return found


def refusal_of(untrusted_manifest: bytes) -> dict[str, Any]:
    """Return place, line, expected and got of a refusal, whose sentence says the same and is safe to show."""
    with pytest.raises(ManifestMustBeWellFormed) as refused:
        read_manifest(untrusted_manifest)
    evidence = refused.value.evidence
    assert refused.value.code == "plugins.manifest_must_be_well_formed"
    assert evidence.pop("object") == "manifest"
    line = f"line {evidence['line']}, " if evidence["line"] else ""
    assert refused.value.message == (
        f"Manifest, {line}{evidence['place']}: expected {evidence['expected']}, got {evidence['got']}."
    )
    assert refused.value.message.isprintable()
    return evidence
