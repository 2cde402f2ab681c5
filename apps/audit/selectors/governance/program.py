# SPDX-License-Identifier: Apache-2.0
"""What the program keeps, has and asks, for rules to be held against."""

import re

from django.apps import apps

from apps.audit.domain.governance.soundness import Program
from cortex.ports.retention import all_retained
from cortex.sealed_fields.field import declared_sealed_fields

_OURS = ("apps.", "cortex.")
# Fields that speak of people whatever else they hold. Others, such as reasons, are declared by hand.
_PERSONAL = re.compile(
    r"(\A|_)(full_name|username|email|narrations?|address|device|phone|iban|birth\w*|street|city|postal_code)\Z"
)


def running_program() -> Program:
    """Return what the program is made of."""
    fields = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if apps.get_app_config(model._meta.app_label).name.startswith(_OURS)
        for field in model._meta.concrete_fields
    ]
    return Program(
        data={kind.name: kind.fixed_days for kind in all_retained()},
        fields=frozenset(fields),
        personal=[field for field in fields if _PERSONAL.search(field.rpartition(".")[2])],
        opened_by={kind.name: kind.read_action for kind in all_retained()},
        sealed={field.name: field.has_blind_index for field in declared_sealed_fields()},
    )
