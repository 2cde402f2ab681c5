# SPDX-License-Identifier: Apache-2.0
"""Which rows somebody sees: what the policies say of all objects of a type at once.

Built on an experimental part of the engine: tests compare it with full evaluation over many thousand
decisions, and before a row is changed the whole question is asked about that row.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import structlog
from django.db.models import QuerySet

from cortex.identity.standing import Standing
from cortex.policy.actions import Action, find_action
from cortex.policy.active import active_engine
from cortex.policy.askers import Asker, asker_in
from cortex.policy.cedar import Question
from cortex.policy.engine import PolicyEngine
from cortex.policy.filters.columns import EntityColumns, columns_of
from cortex.policy.filters.residuals import condition_of_all
from cortex.policy.filters.truth import Condition, M, narrowed
from cortex.policy.situation import situation_of
from cortex.ports.authorizer import consent_to
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_log = structlog.get_logger(__name__)


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
    declared, table = find_action(action), columns_of(entity_type)
    if declared is None or table is None or action not in table.actions:
        return False
    asker = asker_in(principal=principal, company_id=company_id, is_limited=declared.group == "write")
    if not asker.is_known:
        return False
    try:
        return _condition(asker, declared, company_id, table)
    except Exception as error:  # noqa: BLE001 - a question that cannot be asked is answered with no
        _log.error("policy_filter_failed", action=action, entity_type=entity_type, exc_info=error)
        return False


def condition_for(
    *, engine: PolicyEngine, asker: Asker, action: str, context: Mapping[str, Any], table: EntityColumns
) -> Condition:
    """Return where these policies let the asker do the action; raises PolicyMustBeFilterable."""
    question = Question(
        principal=asker.uid,
        action=action,
        resource={"type": table.entity_type, "id": ""},
        entities=[asker.entity],
        context=context,
    )
    residuals = engine.left_open(question)
    return False if residuals is None else condition_of_all(residuals, table=table)


def _condition(asker: Asker, action: Action, company_id: UUID, table: EntityColumns) -> Condition:
    consent = consent_to(action=action.code, company_id=company_id)
    context = situation_of(asker=asker, action=action, has_consent=consent is not None, now=get(Clock).now())
    engine = active_engine()
    known = orjson.dumps([asker.entity, context], option=orjson.OPT_SORT_KEYS)
    return get(Standing).recalled(
        ("visible rows", engine.version, action.code, table.entity_type, known),
        read=lambda: condition_for(
            engine=engine, asker=asker, action=action.code, context=context, table=table
        ),
    )


def as_sql(condition: Condition, *, rows: QuerySet[Any], column: str) -> tuple[str, list[Any]]:
    """Return ` AND <column> IN (…)` for a statement of our own, and its parameters.

    `rows` are those of the company; `column` is the id as the statement names it. Nothing is added where all
    are seen, so that the statement keeps its plan.
    """
    if condition is True:
        return "", []
    if condition is False:
        return " AND false", []
    text, parameters = rows.filter(condition).order_by().values("id").query.sql_with_params()
    return f" AND {column} IN ({text})", list(parameters)
