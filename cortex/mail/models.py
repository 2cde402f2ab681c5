# SPDX-License-Identifier: Apache-2.0
"""Messages that wait to be sent, and what became of them."""

from django.db import models

from cortex.identity.models import User
from cortex.tenancy.models import Company


class OutgoingMail(models.Model):
    """One message for one person; its text is forgotten when it was sent or given up.

    The id is derived from what is told and to whom, so that nobody is told twice. The address is read when
    the message is sent: it is not kept here.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    body = models.CharField(max_length=10_000)
    state = models.CharField(max_length=10, choices=State)
    attempts = models.SmallIntegerField()
    last_error = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "mail"
        db_table = "mail_outgoing_mail"
        ordering = ("-created_at",)
        verbose_name = "message"
        verbose_name_plural = "outgoing mail"

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"


class Letter(models.Model):
    """One message to one person about their own account; sealed until it was sent, then forgotten.

    `recipient` is a user, whose address is read when the letter is sent; None for somebody who is invited,
    whose `address` stands here until then. After `ends_at` its link is worthless, and it is given up.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    address = models.CharField(max_length=254)
    topic = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=OutgoingMail.State)
    attempts = models.SmallIntegerField()
    last_error = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "mail"
        db_table = "mail_letter"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"
