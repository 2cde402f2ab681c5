# SPDX-License-Identifier: Apache-2.0
"""Wires the mail room."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Owns messages on their way."""

    name = "cortex.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Bind what sends messages."""
        from cortex.container.providers.ports import MAIL
        from cortex.container.providers.registry import providers
        from cortex.mail.django_mail import mail_provider
        from cortex.mail.letters import QueuedLetters
        from cortex.ports import registry
        from cortex.ports.mail import Letters, Mail

        providers.register(mail_provider())
        registry.bind(Letters, QueuedLetters())
        registry.bind(Mail, providers.find(MAIL, versions=">=1,<2").adapter)
