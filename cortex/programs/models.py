# SPDX-License-Identifier: Apache-2.0
"""What we know of an OAuth2 client beyond the library's row, what people allow it, and the signing keys."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cortex.ids import uuid7


class Program(models.Model):
    """The terms on which an OAuth2 client is served. A client without them is not served."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.CASCADE, related_name="program"
    )
    is_enabled = models.BooleanField(default=True)
    allowed_scopes = ArrayField(models.CharField(max_length=100))
    requires_certificate = models.BooleanField(default=False)
    certificate_id = models.CharField(max_length=255, blank=True)
    # The hash of the secret before the last rotation, which works until then.
    previous_secret = models.CharField(max_length=255, blank=True)
    previous_secret_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "programs_program"

    def __str__(self) -> str:
        return str(self.id)


class Authorization(models.Model):
    """A person's yes to one client, and how the person had signed in. Its id names a family of tokens."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(
        "oauth2_provider.Application", on_delete=models.CASCADE, related_name="authorizations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authorizations"
    )
    scopes = ArrayField(models.CharField(max_length=100))
    methods = ArrayField(models.CharField(max_length=20))
    authenticated_at = models.DateTimeField(null=True)
    # The SHA-256 of the authorization code or device code that stands for the yes, usable once.
    code_digest = models.BinaryField(max_length=32)
    code_used_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "programs_authorization"
        constraints = (models.UniqueConstraint(fields=("code_digest",), name="authorization_code_unique"),)

    def __str__(self) -> str:
        return str(self.id)


class SigningKey(models.Model):
    """The public half of one version of the key that signs tokens; `kid` is its RFC 7638 thumbprint."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kid = models.CharField(max_length=43)
    keeper = models.CharField(max_length=20)
    key_id = models.CharField(max_length=61)
    version = models.BigIntegerField()
    public_key = models.BinaryField(max_length=32)
    published_at = models.DateTimeField()
    # It signs no more, but what it signed is believed until it is over.
    retired_at = models.DateTimeField(null=True)
    # Nothing that it signed is believed.
    withdrawn_at = models.DateTimeField(null=True)
    # A leaf tells of it; of one from before these leaves, once its keeper has shown it again.
    is_told = models.BooleanField(default=False)

    class Meta:
        db_table = "programs_signing_key"
        constraints = (models.UniqueConstraint(fields=("kid",), name="signing_key_kid_unique"),)

    def __str__(self) -> str:
        return self.kid
