# SPDX-License-Identifier: Apache-2.0
"""A mail server, and a Valkey without which no mail is sent."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from cortex.container.override import override
from cortex.container.providers.registry import Registered
from cortex.embedded.valkey import ValkeyServer
from cortex.mail.django_mail import mail_provider
from cortex.ports.mail import Mail
from tests.integration.cortex.mail.smtp import SmtpServer, smtp_server


@pytest.fixture
def smtp(valkey_server: ValkeyServer, settings: Settings) -> Iterator[SmtpServer]:
    """Send mail to a server of this test's own, through a guard of this test's own."""
    with smtp_server() as server:
        settings.REDIS_URL = valkey_server.url()
        settings.MAIL_BACKEND, settings.MAIL_SECURITY = "smtp", "none"
        settings.MAIL_HOST, settings.MAIL_PORT = "127.0.0.1", server.port
        settings.PUBLIC_URL = "https://books.example"
        settings.PROVIDER_LIMITS = {"mail": {"timeout_ms": 1_000, "burst": 1_000, "calls_per_minute": 6_000}}
        with override(Mail, Registered(mail_provider()).adapter):
            yield server
