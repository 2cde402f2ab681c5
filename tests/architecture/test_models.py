# SPDX-License-Identifier: Apache-2.0
"""What Django's state promises: contexts stay apart, and every change of a model has a named migration."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from apps.accounting.models import Account
from tools.checks.missing_migrations import missing_migrations

OURS = ("apps.", "cortex.")
NAMED = re.compile(r"^\d{4}_(?!auto_|alter_|remove_|add_field)[a-z][a-z0-9_]+$")


def context_of(model: type[models.Model]) -> str:
    return ".".join(apps.get_app_config(model._meta.app_label).name.split(".")[:2])


def relations_between_contexts(candidates: list[type[models.Model]]) -> list[str]:
    """Find relations that lead into a context from outside; the kernel's tables are open to all."""
    return [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in candidates
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and isinstance(field.related_model, type)
        if context_of(field.related_model).startswith("apps.")
        and context_of(model) != context_of(field.related_model)
    ]


def migrations() -> list[Path]:
    configs = [config for config in apps.get_app_configs() if config.name.startswith(OURS)]
    return [
        path
        for config in configs
        for path in sorted(Path(config.path, "migrations").glob("*.py"))
        if path.stem != "__init__"
    ]


class TestRelations:
    def test_never_lead_into_another_context(self) -> None:
        assert relations_between_contexts(apps.get_models()) == []

    @isolate_apps()
    def test_into_another_context_is_found(self) -> None:
        class Note(models.Model):
            account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

            class Meta:
                app_label = "audit"

        assert relations_between_contexts([Note]) == ["audit.Note.account -> accounting.Account"]


class TestMigrations:
    def test_are_named_for_what_they_bring(self) -> None:
        assert migrations()
        assert [path.as_posix() for path in migrations() if not NAMED.match(path.stem)] == []

    def test_are_there_for_every_change_of_a_model(self) -> None:
        assert missing_migrations() == []
