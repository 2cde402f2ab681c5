# SPDX-License-Identifier: Apache-2.0
"""Users, their memberships in companies, and links that sign in once."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from cortex.identity.standing import Standing
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.models import Company

# What `has_perm` asks policies for in place of all that Django and its backends would answer.
LOOK_AT_PLATFORM = "backoffice.platform.look"
# Roles that belong to no company, as policies name them.
PLATFORM_ADMINISTRATOR, PLUGIN_REVIEWER = "platform-admin", "plugin-reviewer"
# The mark of a user that says it, by role.
MARKS = {PLATFORM_ADMINISTRATOR: "is_superuser", PLUGIN_REVIEWER: "is_plugin_reviewer"}


class UserManager(BaseUserManager["User"]):
    """Finds users by name. Users are made by `cortex.identity.users.create_user`."""


class User(AbstractBaseUser, PermissionsMixin):
    """A person or a service of a customer; its id is all that posted rows and the log know of it."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        SERVICE = "service", "Service"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        max_length=150,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9._-]*\Z", "Small letters, digits, '.', '_' and '-'.")],
    )
    email = models.EmailField(blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    is_staff = models.BooleanField(default=False, help_text="May enter the administration.")
    is_plugin_reviewer = models.BooleanField(
        default=False, help_text="May review plugins for the marketplace."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        db_table = "identity_user"
        ordering = ("username",)
        constraints = (models.UniqueConstraint(fields=("username",), name="user_username_unique"),)

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """Return the name to show, never empty."""
        return self.full_name or self.username

    @property
    def platform_roles(self) -> frozenset[str]:
        """Return the roles of this user that belong to no company; the marks say nothing else."""
        return self.marked_roles if self.is_active else frozenset()

    @property
    def marked_roles(self) -> frozenset[str]:
        """Return those that a user is marked with, switched off or not: they are back with the account."""
        return frozenset(role for role, mark in MARKS.items() if getattr(self, mark))

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer for the admin: a policy says who sees all, and nobody changes a row by hand.

        Neither the mark of a platform administrator nor rows of Django's own permissions are asked: no policy
        could take away what they say.
        """
        is_look = perm.partition(".")[2].startswith("view_")
        return is_look and self.is_active and self.may_on_platform(LOOK_AT_PLATFORM)

    def has_module_perms(self, app_label: str) -> bool:
        """Answer whether anything of an app is shown, in the same way."""
        return self.is_active and self.may_on_platform(LOOK_AT_PLATFORM)

    def may_on_platform(self, action: str) -> bool:
        """Return whether policies let this person do something of the platform, with no credential given.

        Each page of the administration asks for each of its links, so that an answer is remembered as
        memberships are.
        """
        asker = Principal.person(self.id)
        return get(Standing).recalled(
            ("may on the platform", self.id, action),
            read=lambda: get(Authorizer).decide(principal=asker, action=action, company_id=None).is_allowed,
        )


class Membership(models.Model):
    """What a user is in one company. Nobody has a right in a company without one."""

    class Role(models.TextChoices):
        VIEWER = "viewer", "Viewer"
        CLERK = "clerk", "Clerk"
        ACCOUNTANT = "accountant", "Accountant"
        CONTROLLER = "controller", "Controller"
        AUDITOR = "auditor", "Auditor"
        ADMINISTRATOR = "administrator", "Administrator"
        SERVICE = "service", "Service"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    # Who gave which of them: `given_roles` keeps the three in step.
    roles_by_hand = ArrayField(models.CharField(max_length=20, choices=Role))
    roles_by_rules = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "identity_membership"
        constraints = (models.UniqueConstraint(fields=("company", "user"), name="membership_user_unique"),)

    def __str__(self) -> str:
        return f"{self.user_id} {', '.join(self.roles)}"


class OneTimeSignIn(models.Model):
    """A link that works once. Only the SHA-256 of its token is stored."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "Sign in"
        PASSWORD_RESET = "password_reset", "Replace the password"  # pragma: allowlist secret

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_sign_ins")
    digest = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.SIGN_IN)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_one_time_sign_in"
        constraints = (models.UniqueConstraint(fields=("digest",), name="one_time_sign_in_digest_unique"),)

    def __str__(self) -> str:
        return str(self.id)


class SignInFailure(models.Model):
    """How often somebody was wrong about one name or from one address, until when it counts."""

    subject = models.BinaryField(max_length=32, primary_key=True)
    failures = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "identity_sign_in_failure"

    def __str__(self) -> str:
        return str(self.failures)


class SignedInSession(models.Model):
    """A session as its person sees it: on which device, since when, last used when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in_sessions")
    session_key = models.CharField(max_length=40)
    methods = ArrayField(models.CharField(max_length=20))
    device = models.CharField(max_length=200)
    address = models.CharField(max_length=45)
    began_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        db_table = "identity_session"
        ordering = ("-last_used_at",)
        constraints = (models.UniqueConstraint(fields=("session_key",), name="session_key_unique"),)

    def __str__(self) -> str:
        return str(self.id)


class KnownDevice(models.Model):
    """A device from which somebody signed in before, as a digest: another one is told by letter."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_devices")
    fingerprint = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        db_table = "identity_known_device"
        ordering = ("-last_seen_at",)
        constraints = (models.UniqueConstraint(fields=("user", "fingerprint"), name="known_device_once"),)

    def __str__(self) -> str:
        return str(self.id)


class Invitation(models.Model):
    """Somebody asked by mail to belong to a company; the address goes with the answer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20, choices=Membership.Role))
    digest = models.BinaryField(max_length=32)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    # None: from before it was written down who invites. The program, or the service of ours, has a name too.
    inviter_kind = models.CharField(max_length=10, null=True)  # noqa: DJ001 - NULL says that nobody knows
    inviter_id = models.CharField(max_length=150, blank=True)
    inviter_scopes = models.JSONField(null=True)
    inviter_acts_for_person = models.BooleanField(default=False)
    inviter_certificate = models.CharField(max_length=300, blank=True)
    # A second person agreed to the invitation: accepting it asks for none again.
    inviter_has_consent = models.BooleanField(default=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_invitation"
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=("company", "digest"), name="invitation_digest_unique"),
        )

    def __str__(self) -> str:
        return str(self.id)


class AskedReset(models.Model):
    """An address for which a new password was asked for, until somebody looks whether anybody has it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "identity_asked_reset"
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.id)
