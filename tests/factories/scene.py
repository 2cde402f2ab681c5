# SPDX-License-Identifier: Apache-2.0
"""Verbs of every room, carried out for real on objects of one company and of the platform."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.accounting.services.close_period import close_period
from apps.accounting.services.share_object import share_object
from apps.accounting.services.update_account import update_account
from apps.audit.management.verifier.verify import Changes
from cortex.approvals.delegate import delegate
from cortex.approvals.end_delegation import end_delegation
from cortex.approvals.require_second_person import require_second_person
from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.database.transactions import transactional
from cortex.events.webhooks.endpoints import create_endpoint, remove_endpoint, rotate_secret, set_active
from cortex.identity.deactivate_user import deactivate_user, reactivate_user
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.membership_changes import revoke_membership
from cortex.identity.models import PLATFORM_ADMINISTRATOR, User
from cortex.identity.revoke_platform_role import revoke_platform_role
from cortex.identity.set_staff import set_staff
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.clients.change_client import change_client
from cortex.programs.clients.create_client import WEB, create_client
from cortex.programs.clients.rotate_secret import rotate_secret as rotate_client_secret
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.codes import authorize
from cortex.programs.families import WITHDRAWN, end_family
from cortex.programs.keys.rotate_key import publish_version, withdraw_key
from cortex.programs.models import Program
from cortex.schemas.candidates import candidate
from cortex.schemas.configuration import forget_compatibility, set_compatibility
from cortex.schemas.deletion import delete_subject
from cortex.schemas.models import SchemaType
from cortex.schemas.registration import register_schema
from tests.factories.books import BANK, CONSOLE, Books, open_books
from tests.factories.chain import change_row, changes_in, rows
from tests.factories.people import create_user, just_signed_in, let_in, person
from tests.frame.clones import Clone


class Scene:
    """Books with people, in a database where commits are real."""

    def __init__(self, clone: Clone) -> None:
        self.clone = clone
        self.books: Books = open_books()
        self.company_id = self.books.company_id
        self.alice, self.bob = (self._member(name) for name in ("alice", "bob"))

    def _member(self, name: str) -> User:
        user = person(name)
        let_in(company_id=self.company_id, user_id=user.id, roles=["controller"])
        return user

    def account(self, clone_of: str = BANK) -> UUID:
        found = self.rows("SELECT id FROM accounting_account WHERE code = %s", clone_of)
        return UUID(str(found[0][0]))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return rows(self.clone, query, *values)

    def change(self, statement: str, *values: object) -> None:
        change_row(self.clone, statement, *values)

    def changes(self) -> tuple[Changes, set[str]]:
        return changes_in(self.clone)


def books_change(scene: Scene) -> None:
    company_id = scene.company_id
    with scene.books.entered():
        for name, is_active in (("Giro", None), (None, False), ("Giro 2", True)):
            update_account(
                company_id=company_id, account_code=BANK, updated_by=CONSOLE, name=name, is_active=is_active
            )
        close_period(company_id=company_id, period_code="2026-01", closed_by=CONSOLE)
        for is_shared in (True, False):
            share_object(
                company_id=company_id,
                kind="account",
                object_id=scene.account(),
                user_id=scene.bob.id,
                is_shared=is_shared,
                shared_by=just_signed_in(scene.alice),
            )


def people_change(scene: Scene) -> None:
    erin = person("erin")
    for roles in (["clerk"], ["clerk", "viewer"], ["accountant"]):
        let_in(company_id=scene.company_id, user_id=erin.id, roles=roles)
    revoke_membership(company_id=scene.company_id, user_id=erin.id, revoked_by=CONSOLE)
    let_in(company_id=scene.company_id, user_id=erin.id, roles=["clerk"])
    set_staff(user_id=erin.id, is_staff=True, set_by=CONSOLE)
    set_staff(user_id=erin.id, is_staff=False, set_by=CONSOLE)
    deactivate_user(user_id=erin.id, actor=CONSOLE)
    reactivate_user(user_id=erin.id, actor=CONSOLE)
    for user in (scene.alice, erin):
        grant_platform_role(user_id=user.id, role=PLATFORM_ADMINISTRATOR, granted_by=CONSOLE)
    revoke_platform_role(user_id=erin.id, role=PLATFORM_ADMINISTRATOR, revoked_by=CONSOLE)


def rules_change(scene: Scene) -> None:
    company_id, now = scene.company_id, get(Clock).now()
    with scene.books.entered():
        for limit in (1_000, 2_000, None, 3_000):
            set_entry_limit(company_id=company_id, role="clerk", entry_limit_minor=limit, set_by=CONSOLE)
        for is_required in (True, False):
            require_second_person(company_id=company_id, is_required=is_required, set_by=CONSOLE)
        given = delegate(
            company_id=company_id,
            delegated_by=just_signed_in(scene.alice),
            to_user_id=scene.bob.id,
            starts_at=now,
            ends_at=now + timedelta(days=1),
        )
        end_delegation(company_id=company_id, delegation_id=given.id, ended_by=just_signed_in(scene.alice))


def programs_change(scene: Scene) -> None:
    service = create_user(username="robot", kind=User.Kind.SERVICE)
    create_client(client_id="till", name="Till", scopes=["accounting:read"], user=service, created_by=CONSOLE)
    change_client(client_id="till", name="The till", changed_by=CONSOLE)
    rotate_client_secret(client_id="till", rotated_by=CONSOLE)
    for is_enabled in (False, True):
        switch_client(client_id="till", is_enabled=is_enabled, switched_by=CONSOLE)


def tokens_change(scene: Scene) -> None:
    """Say yes to a program twice, and take one back; publish the key that signs anew, and withdraw it."""
    create_client(
        client_id="page",
        name="Page",
        kind=WEB,
        scopes=["accounting:read"],
        redirect_uris=["https://p.example/in"],
        created_by=CONSOLE,
    )
    page = transactional(lambda: Program.objects.get(application__client_id="page").application)()
    given = [
        transactional(authorize)(
            application=page,
            user=scene.alice,
            scopes=["accounting:read"],
            said_by=just_signed_in(scene.alice),
            code_digest=bytes([number]) * 32,
        )
        for number in (1, 2)
    ]
    end_family(authorization=given[0], because=WITHDRAWN, at=get(Clock).now(), ended_by=CONSOLE)
    kid = publish_version(version=None, published_by=CONSOLE)
    withdraw_key(kid=kid, withdrawn_by=CONSOLE)


def webhooks_change(scene: Scene) -> None:
    with scene.books.entered():
        made, _ = create_endpoint(
            company_id=scene.company_id, url="https://example.org/in", event_types=["*"], created_by=CONSOLE
        )
        given = {"company_id": scene.company_id, "endpoint_id": made.id}
        rotate_secret(**given, rotated_by=CONSOLE)
        set_active(**given, is_active=False, changed_by=CONSOLE)
        remove_endpoint(**given, removed_by=CONSOLE)


def schemas_change(scene: Scene) -> None:
    for fields in ("[]", '[{"name": "a", "type": "string", "default": ""}]'):
        text = f'{{"type": "record", "name": "Note", "fields": {fields}}}'
        wanted = candidate(schema_type=SchemaType.AVRO, text=text)
        register_schema(subject="notes", wanted=wanted, registered_by=CONSOLE)
    for subject in ("notes", None):
        set_compatibility(subject=subject, mode="FULL", changed_by=CONSOLE)
        forget_compatibility(subject=subject, changed_by=CONSOLE)
    for permanently in (False, True):
        delete_subject(subject="notes", deleted_by=CONSOLE, permanently=permanently)


ROOMS: dict[str, tuple[Callable[[Scene], None], set[str]]] = {
    "books": (
        books_change,
        {
            "accounting.account.create",
            "accounting.account.update",
            "accounting.fiscal_period.close",
            "accounting.viewer.change",
        },
    ),
    "people": (
        people_change,
        {
            "identity.membership.granted",
            "identity.membership.revoked",
            "identity.platform_role.granted",
            "identity.platform_role.revoked",
            "identity.user.created",
            "identity.user.deactivated",
            "identity.user.kept_out_of_administration",
            "identity.user.let_into_administration",
            "identity.user.reactivated",
        },
    ),
    "rules": (
        rules_change,
        {"approvals.delegation.change", "approvals.delegation.end", "approvals.limit.change"},
    ),
    "programs": (
        programs_change,
        {
            "programs.client.changed",
            "programs.client.created",
            "programs.client.disabled",
            "programs.client.enabled",
            "programs.client.secret_rotated",
        },
    ),
    "tokens": (
        tokens_change,
        {
            "programs.authorization.ended_withdrawn",
            "programs.authorization.granted",
            "programs.signing_key.published",
            "programs.signing_key.withdrawn",
        },
    ),
    "webhooks": (webhooks_change, {"events.webhook.change"}),
    "schemas": (
        schemas_change,
        {"schemas.compatibility.change", "schemas.subject.delete", "schemas.subject.register"},
    ),
}
