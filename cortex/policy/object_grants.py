# SPDX-License-Identifier: Apache-2.0
"""Grants on single objects, kept by django-guardian: data that policies may look at, never an answer.

Its backend stays out of `has_perm`: a yes of it could not be taken away by any policy.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from guardian.models import UserObjectPermission

from cortex.policy.filters.columns import Virtual
from cortex.ports.authorizer import Resource

_USER = "Cortex::User"


def shared_with(model: type[Model], permission: str) -> Virtual:
    """Return the people who were granted a permission on an object of this model, for lists."""

    def holds(user_id: str) -> Q:
        same = _grants(model, permission).filter(object_pk=Cast(OuterRef("id"), CharField()))
        return Q(Exists(same.filter(user_id=UUID(user_id)))) if user_id else Q(Exists(same))

    return Virtual(_USER, holds)


def people_with(model: type[Model], permission: str, *, object_id: str) -> list[Resource]:
    """Return the people who were granted a permission on this object, as policies see them."""
    grants = _grants(model, permission).filter(object_pk=object_id).order_by("user_id")
    return [Resource(_USER, str(user_id)) for user_id in grants.values_list("user_id", flat=True)]


def granted_to(objects: QuerySet[Any], permission: str, *, user_id: UUID) -> list[UUID]:
    """Return the ids of those objects on which somebody was granted the permission, in order."""
    own = _grants(objects.model, permission).filter(user_id=user_id)
    granted = Exists(own.filter(object_pk=Cast(OuterRef("id"), CharField())))
    return list(objects.filter(granted).order_by("id").values_list("id", flat=True))


def shared(objects: QuerySet[Any], permission: str) -> QuerySet[Any]:
    """Return those of the objects on which anybody was granted the permission."""
    grants = _grants(objects.model, permission)
    return objects.filter(Exists(grants.filter(object_pk=Cast(OuterRef("id"), CharField()))))


def people_by_object(
    model: type[Model], permission: str, *, object_ids: Sequence[UUID]
) -> dict[UUID, list[str]]:
    """Return the ids of the people who were granted a permission on each of these objects."""
    found: dict[UUID, list[str]] = {each: [] for each in object_ids}
    grants = _grants(model, permission).filter(object_pk__in=[str(each) for each in object_ids])
    for object_pk, user_id in grants.values_list("object_pk", "user_id"):
        found[UUID(object_pk)].append(str(user_id))
    return found


def grant(model: type[Model], permission: str, *, object_id: str, user_id: UUID) -> bool:
    """Grant the permission on this object to somebody; return whether that is new."""
    named = _permission(model, permission).get()
    _, is_new = UserObjectPermission.objects.get_or_create(
        user_id=user_id, permission=named, content_type_id=named.content_type_id, object_pk=object_id
    )
    return bool(is_new)


def take_back(model: type[Model], permission: str, *, object_id: str, user_id: UUID) -> bool:
    """Take the permission on this object away again; return whether there was one."""
    granted = _grants(model, permission).filter(object_pk=object_id, user_id=user_id)
    return bool(granted.delete()[0])


def _grants(model: type[Model], permission: str) -> QuerySet[UserObjectPermission]:
    # A permission is of one model. Its id is found once for a statement; as joins, the two tables behind it
    # would be planned anew with every list.
    found: QuerySet[UserObjectPermission] = UserObjectPermission.objects.filter(
        permission_id=Subquery(_permission(model, permission).values("id"))
    )
    return found


def _permission(model: type[Model], codename: str) -> QuerySet[Permission]:
    return Permission.objects.order_by().filter(
        codename=codename,
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
    )
