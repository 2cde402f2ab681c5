# SPDX-License-Identifier: Apache-2.0
"""A system check: every declared field has the columns that hold it sealed."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error

from cortex.sealed_fields.field import SealedField, declared_sealed_fields

_HINT = "Add the columns by a migration, or correct what the room declares in its apps.py."


def fields_fit_their_models(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Return an error for each column that a declared field lacks."""
    return missing_columns(declared_sealed_fields())


def missing_columns(fields: Iterable[SealedField]) -> list[CheckMessage]:
    """Return an error for each field whose model is not there or lacks a column."""
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
    }
    return [
        Error(
            f"Sealed field {field.name}: expected a column {field.table}.{column} of a model, got none.",
            hint=_HINT,
            id="sealed_fields.E001",
        )
        for field in fields
        for column in _columns(field)
        if (field.table, column) not in columns
    ]


def _columns(field: SealedField) -> list[str]:
    index = [f"{field.column}_index"] if field.has_blind_index else []
    return [field.row_column, field.column, f"{field.column}_sealed", f"{field.column}_key_id", *index]
