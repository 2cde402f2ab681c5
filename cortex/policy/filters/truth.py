# SPDX-License-Identifier: Apache-2.0
"""Conditions on rows, of which some are known before a row is read.

A condition never is NULL: whoever makes one of a column that may be NULL says so in it, and so `NOT` means
what policies mean by it.
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

Condition = bool | Q
M = TypeVar("M", bound=Model)


def both(first: Condition, second: Condition) -> Condition:
    """Return the condition that holds where both hold."""
    if isinstance(first, bool):
        return second if first else False
    if isinstance(second, bool):
        return first if second else False
    return first & second


def either(first: Condition, second: Condition) -> Condition:
    """Return the condition that holds where one of them holds."""
    if isinstance(first, bool):
        return True if first else second
    if isinstance(second, bool):
        return True if second else first
    return first | second


def negated(condition: Condition) -> Condition:
    """Return the condition that holds where this one does not."""
    return not condition if isinstance(condition, bool) else ~condition


def narrowed(rows: QuerySet[M], condition: Condition) -> QuerySet[M]:
    """Return those of the rows where the condition holds."""
    if isinstance(condition, bool):
        return rows if condition else rows.none()
    return rows.filter(condition)
