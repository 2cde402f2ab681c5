# SPDX-License-Identifier: Apache-2.0
"""Thousands of archives hang on the same few notes: their signatures are computed once."""

from functools import lru_cache

import pytest

from apps.audit.management.verifier import verify


@pytest.fixture(autouse=True)
def signatures_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the verifier's own check of a signature run once for each key, message and signature."""
    monkeypatch.setattr(verify, "signature_is_right", lru_cache(maxsize=None)(verify.signature_is_right))
