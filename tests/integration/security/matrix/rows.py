# SPDX-License-Identifier: Apache-2.0
"""Rows of models that no verb of the stage leaves: without one there is no page of a row to look at."""

from collections.abc import Mapping
from uuid import uuid4

import psycopg
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django_celery_beat.models import ClockedSchedule, SolarSchedule
from guardian.models import GroupObjectPermission, UserObjectPermission

from apps.audit.domain.governance.packaged import PACKAGED
from cortex import clock
from cortex.identity.models import User
from cortex.ports import registry
from cortex.ports.storage import Storage
from tests.factories.books import Books, EntryDraftFactory
from tests.frame.clones import Clone
from tests.integration.isolation.test_scope import ANSWER, MAIL

# The version that each puts in force is the one that the program brings along, as before.
IN_FORCE = """
INSERT INTO policy_activation (version_id, reason, activated_by, activated_at)
VALUES (NULL, 'testing', 'service:console', now());
INSERT INTO audit_governance_activation (id, version_id, reason, activated_by, activated_at)
VALUES (gen_random_uuid(), NULL, 'testing', 'service:console', now())
"""
RULES = """
INSERT INTO audit_governance_version (id, number, text, digest, note, author, created_at)
SELECT gen_random_uuid(), 1, text, encode(sha256(convert_to(text, 'UTF8')), 'hex'), 'testing',
       'service:console', now()
  FROM (SELECT %s AS text) AS rules
"""


def put_rows(own: Books, clone: Clone, users: Mapping[str, User]) -> None:
    """Put a row into each list that would be empty."""
    own.post(EntryDraftFactory(party="A customer"))
    with own.entered():
        registry.get(Storage).put(company_id=own.company_id, name="journal.csv", content=b"reference")
    with psycopg.connect(clone.admin_dsn) as admin:
        admin.execute(ANSWER, [uuid4(), own.company_id, "key"])
        admin.execute(MAIL, [uuid4(), own.company_id])
        admin.execute(RULES, [PACKAGED.canonical])
        for statement in IN_FORCE.split(";"):
            admin.execute(statement)
    _of_libraries(users["viewer"])


def _of_libraries(user: User) -> None:
    ClockedSchedule.objects.create(clocked_time=clock.now())
    SolarSchedule.objects.create(event="sunrise", latitude=0, longitude=0)
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(User), action_flag=CHANGE, object_repr=""
    )
    permission = Permission.objects.earliest("pk")
    granted = {"permission": permission, "content_type": permission.content_type, "object_pk": "1"}
    UserObjectPermission.objects.create(user=user, **granted)
    GroupObjectPermission.objects.create(group=Group.objects.create(name="testing"), **granted)
