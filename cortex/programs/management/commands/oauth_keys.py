# SPDX-License-Identifier: Apache-2.0
"""`oauth_keys list|rotate|publish|withdraw`: the keys that sign tokens."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal
from cortex.programs.actions import READ_KEYS, ROTATE_KEY, WITHDRAW_KEY
from cortex.programs.keys.rotate_key import ListedKey, list_keys, publish_version, rotate_key, withdraw_key

CONSOLE = Principal.service("console")


@asks(list=of(READ_KEYS), rotate=of(ROTATE_KEY), publish=of(ROTATE_KEY), withdraw=of(WITHDRAW_KEY))
class Command(ScopedCommand):
    """Look after the keys that sign tokens; their private halves never leave the keeper."""

    help = "List, rotate or withdraw the keys that sign tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="show the published keys, the one that signs first")
        verbs.add_parser("rotate", help="make a new version at the keeper and sign with it from now on")
        verbs.add_parser("publish", help="publish the keeper's latest version after it was rotated there")
        withdrawn = verbs.add_parser("withdraw", help="believe nothing more that this key signed")
        withdrawn.add_argument("kid")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        verb = options["verb"]
        if verb == "list":
            for key in list_keys(asked_by=CONSOLE):
                self.stdout.write(_words(key))
        elif verb == "rotate":
            self.stdout.write(rotate_key(rotated_by=CONSOLE))
        elif verb == "publish":
            self.stdout.write(publish_version(version=None, published_by=CONSOLE))
        else:
            withdraw_key(kid=options["kid"], withdrawn_by=CONSOLE)


def _words(key: ListedKey) -> str:
    state = "signs"
    if key.is_withdrawn:
        state = "withdrawn"
    elif key.believed_until is not None:
        state = f"believed until {key.believed_until:%FT%TZ}"
    return f"{key.kid}  {key.keeper} version {key.version}  {state}"
