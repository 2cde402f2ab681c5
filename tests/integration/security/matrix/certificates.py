# SPDX-License-Identifier: Apache-2.0
"""A certificate that an authority of this machine issued, so that it can be taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cortex.pki.models import Certificate
from cortex.pki.recording import record_issued
from tests.factories.books import CONSOLE
from tests.frame.authority import Estate, now
from tests.integration.security.matrix.cast import Stage


@contextmanager
def with_certificate(stage: Stage, directory: Path) -> Iterator[Stage]:
    """Yield the stage beside an authority whose one certificate is recorded."""
    estate = Estate(directory)
    estate.holding("web")
    (issued,) = estate.authority.issued()
    record_issued(issued=[issued], recorded_by=CONSOLE, at=now())
    key = str(Certificate.objects.get(serial=issued.serial).pk)
    of_calls = {
        "pki.certificate revoke": {"object_id": key},
        "/pki/certificate/{certificate_id}/revoke/": {"certificate_id": key},
    }
    with pytest.MonkeyPatch.context() as patched:
        # Whoever takes a certificate back says which authority does it.
        patched.setenv("PKI_DIRECTORY", str(estate.authority.directory))
        yield replace(stage, instead={**stage.instead, **of_calls})
