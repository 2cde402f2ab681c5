# SPDX-License-Identifier: Apache-2.0
"""Which role does what: the application role works, the owner role changes the schema."""

from typing import Any


class RoleRouter:
    """Let `migrate` touch the owner alias only; every query goes to `default` unless told otherwise."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Allow schema changes under the owner role alone."""
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        """Allow relations: the three aliases are three logins to one database."""
        return True
