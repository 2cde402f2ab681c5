# SPDX-License-Identifier: Apache-2.0
"""People of the platform, and a signer of packs whom it trusts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.audit.domain.compliance.pack_keys import PackKeys
from cortex.container.override import override
from tests.integration.apps.audit.compliance.packs import Signer, signer
from tests.integration.cortex.policy_versions.people import Administrators, administrators


@pytest.fixture
def people(db: None) -> Administrators:
    """Return Alice and Bob, who administer the platform, and Charlie."""
    return administrators()


@pytest.fixture
def signed_by(tmp_path: Path) -> Iterator[Signer]:
    """Return a signer whose packs are taken."""
    made = signer(tmp_path)
    with override(PackKeys, made):
        yield made
