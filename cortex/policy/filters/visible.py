# SPDX-License-Identifier: Apache-2.0
"""Which rows somebody sees: what the policies say of all objects of a type at once.

Built on an experimental part of the engine: tests compare it with full evaluation over many thousand
decisions, and before a row is changed the whole question is asked about that row.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db.models import QuerySet

from cortex.policy.actions import Action, find_action
from cortex.policy.active import active_engine
from cortex.policy.askers import Asker, asker_in
from cortex.policy.filters.columns import EntityColumns, columns_of
from cortex.policy.filters.statements import sql_of
from cortex.policy.filters.translated import Translated, translation_of
from cortex.policy.filters.truth import Condition, M, narrowed
from cortex.policy.situation import situation_of
from cortex.ports.authorizer import consent_to
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_log = structlog.get_logger(__name__)
# The id of the row as the statement names it, and the alias of its table, where that stands there.
Place = tuple[str, str | None]


def visible(
    rows: QuerySet[M], *, principal: Principal, action: str, company_id: UUID, entity_type: str
) -> QuerySet[M]:
    """Return those of a company's rows to which the principal may do the action."""
    condition = visibility(principal=principal, action=action, company_id=company_id, entity_type=entity_type)
    return narrowed(rows, condition)


def visibility(*, principal: Principal, action: str, company_id: UUID, entity_type: str) -> Condition:
    """Return the condition under which the principal may do the action to an object of the type.

    Whatever goes wrong on the way is a no: nothing is seen.
    """
    found = _translation(principal, action, company_id, entity_type)
    return False if found is None else found.condition


def visible_in_sql(
    *,
    principal: Principal,
    action: str,
    company_id: UUID,
    entity_type: str,
    rows: QuerySet[Any],
    places: Sequence[Place],
) -> list[tuple[str, list[Any]]]:
    """Return the end of a WHERE for each place of a statement of our own, and its parameters: see `sql_of`.

    The policies are asked once, however often the statement names such objects.
    """
    found = _translation(principal, action, company_id, entity_type)
    if found is None:
        return [(" AND false", [])] * len(places)
    return [_written(found, company_id, rows, place) for place in places]


def _written(found: Translated, company_id: UUID, rows: QuerySet[Any], place: Place) -> tuple[str, list[Any]]:
    column, alias = place
    text, parameters = found.written(
        (company_id, column, alias),
        write=lambda: sql_of(found.condition, rows=rows, column=column, alias=alias),
    )
    return text, list(parameters)


def _translation(principal: Principal, action: str, company_id: UUID, entity_type: str) -> Translated | None:
    declared, table = find_action(action), columns_of(entity_type)
    if declared is None or table is None or action not in table.actions:
        return None
    if principal.kind == "plugin" and not declared.is_open_to_plugins:
        return None
    asker = asker_in(principal=principal, company_id=company_id, is_limited=declared.group == "write")
    if not asker.is_known:
        return None
    try:
        return _of_the_question(asker, declared, company_id, table)
    except Exception as error:  # noqa: BLE001 - a question that cannot be asked is answered with no
        _log.error("policy_filter_failed", action=action, entity_type=entity_type, exc_info=error)
        return None


def _of_the_question(asker: Asker, action: Action, company_id: UUID, table: EntityColumns) -> Translated:
    consent = consent_to(action=action.code, company_id=company_id)
    context = situation_of(asker=asker, action=action, has_consent=consent is not None, now=get(Clock).now())
    return translation_of(
        engine=active_engine(), asker=asker, action=action.code, context=context, table=table
    )
