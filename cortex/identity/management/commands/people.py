# SPDX-License-Identifier: Apache-2.0
"""`people VERB --user NAME`: help whoever is locked out, and lock out whoever must go."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.deactivate_user import deactivate_user, reactivate_user
from cortex.identity.models import User
from cortex.identity.second_factors.stored import remove_all_factors
from cortex.identity.sessions import end_sessions
from cortex.identity.sign_in_attempts import code_subject, forget_attempts, name_subject
from cortex.identity.users import user_with_name
from cortex.ports.asking import asks
from cortex.ports.principal import Principal

CONSOLE = Principal.service("console")


def _end_sessions(user: User) -> str:
    return f"{end_sessions(user_id=user.id, actor=CONSOLE)} sessions ended"


def _remove_factors(user: User) -> str:
    return f"{remove_all_factors(user_id=user.id, actor=CONSOLE)} factors removed"


def _end_pause(user: User) -> str:
    forget_attempts(whole=[name_subject(user.username), code_subject(user.id)])
    return "the pause after wrong passwords is over"


def _deactivate(user: User) -> str:
    deactivate_user(user_id=user.id, actor=CONSOLE)
    return "switched off; every session is ended"


def _reactivate(user: User) -> str:
    reactivate_user(user_id=user.id, actor=CONSOLE)
    return "switched on"


VERBS: dict[str, Callable[[User], str]] = {
    "end-sessions": _end_sessions,
    "remove-factors": _remove_factors,
    "end-pause": _end_pause,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
}


@asks("identity.session.end", "identity.second_factor.remove", "identity.user.deactivate")
class Command(ScopedCommand):
    """Do one verb to one user."""

    help = "End somebody's sessions, remove their factors, or switch them off or on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what and who."""
        parser.add_argument("verb", choices=sorted(VERBS))
        parser.add_argument("--user", required=True, metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        try:
            done = VERBS[options["verb"]](user_with_name(username=options["user"]))
        except CortexError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{options['user']}: {done}")
