# SPDX-License-Identifier: Apache-2.0
"""What can be done with backups. They hold every company, so these are the platform's."""

from cortex.policy.actions import Action, declare

READ = "backups.backup.read"
TAKE = "backups.backup.take"
END = "backups.backup.end"
VERIFY = "backups.restore.verify"
_SCOPE = "platform:write"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See backups and what came of restoring them", scope="platform:read"),
        Action(code=TAKE, title="Take a sealed backup of the database", scope=_SCOPE),
        Action(code=END, title="Delete backups that are older than they may be", scope=_SCOPE),
        Action(code=VERIFY, title="Compare a restored database with its backup", scope=_SCOPE),
    )
