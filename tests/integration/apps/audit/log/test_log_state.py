# SPDX-License-Identifier: Apache-2.0
"""The probe tells that the log is behind, without taking the process out of service."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from apps.audit.adapters.asking_errors import WitnessMustAnswer
from apps.audit.adapters.stored_log_state import StoredLogState
from apps.audit.services.publish_checkpoint import publish_checkpoint
from cortex.clock import now
from cortex.events.leases import release_lease
from cortex.ports.log_state import LogLag
from tests.factories.log import append, claimed, integrate_and_seal
from tests.integration.apps.audit.log.conftest import Log

LATER = timedelta(seconds=90)


@pytest.fixture(autouse=True)
def _signs(settings: Settings) -> None:
    settings.AUDIT_SIGNER_SOCKET = "/run/signer.sock"


def lag() -> LogLag:
    found = StoredLogState().lag(now=now() + LATER)
    assert found is not None
    return found


def publish(log: Log, size: int) -> None:
    lease = claimed()
    publish_checkpoint(lease=lease, size=size, signer=log.signer, witnesses=log.witnesses)
    release_lease(lease)


def test_a_log_is_behind_until_its_leaves_are_signed_and_cosigned(log: Log) -> None:
    log.witnesses.words = {"tower": WitnessMustAnswer("Witness tower: expected an answer, got none.")}
    append(log.acme)
    # First in no tree, then in a tree that nobody signed, then in one that nobody cosigned.
    assert lag().unsigned_seconds >= 90
    size = integrate_and_seal()
    assert lag().unsigned_seconds >= 90
    assert lag().uncosigned_seconds == 0
    publish(log, size)
    assert lag().unsigned_seconds == 0
    assert lag().uncosigned_seconds >= 90
    log.witnesses.words = {"tower": None}
    publish(log, size)
    assert lag() == LogLag(unsigned_seconds=0, uncosigned_seconds=0)


def test_an_installation_without_a_signer_tells_nothing(log: Log, settings: Settings) -> None:
    settings.AUDIT_SIGNER_SOCKET = ""
    append(log.acme)
    assert StoredLogState().lag(now=now() + LATER) is None
