# SPDX-License-Identifier: Apache-2.0
"""Check that the models of our own applications and their migrations say the same, without a database."""

import os
import sys

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

OURS = ("apps.", "cortex.")


def missing_migrations() -> list[str]:
    """Return a sentence for each change of a model that no migration makes.

    `makemigrations --check` asks the database which migrations it has; a commit needs no database.
    """
    loader = MigrationLoader(None)
    wanted = ProjectState.from_apps(apps)
    questioner = NonInteractiveMigrationQuestioner(specified_apps=None, dry_run=True)
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith(OURS)}
    changes = MigrationAutodetector(loader.project_state(), wanted, questioner).changes(graph=loader.graph)
    return [
        f"{label}: expected a migration, got none that does: {operation.describe()}"
        for label, migrations in sorted(changes.items())
        if label in labels
        for migration in migrations
        for operation in migration.operations
    ]


def main() -> int:
    """Print what is missing and return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()
    findings = missing_migrations()
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
