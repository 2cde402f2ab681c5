# SPDX-License-Identifier: Apache-2.0
"""`oauth_clients list|enable|disable|rotate-secret|revoke|change`: look after OAuth2 clients."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal
from cortex.programs.actions import CHANGE, END_AUTHORIZATION, READ, ROTATE_SECRET, SWITCH
from cortex.programs.clients.revoke_tokens import revoke_tokens_of_client
from cortex.programs.clients.rotate_secret import rotate_secret
from cortex.programs.listings import ListedClient, count_tokens, list_clients
from cortex.programs.waiting_verbs import change_or_wait, switch_or_wait

CONSOLE = Principal.service("console")


@asks(
    list=of(READ),
    enable=of(SWITCH),
    disable=of(SWITCH),
    revoke=of(END_AUTHORIZATION),
    rotate_secret=of(ROTATE_SECRET),
    change=of(CHANGE),
)
class Command(ScopedCommand):
    """Look after clients; `create_client` makes them."""

    help = "List OAuth2 clients, switch them, rotate their secrets, change their terms, take tokens back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done, and to which client."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="show every client")
        for verb, words in (
            ("enable", "serve it again"),
            ("disable", "serve it no more, from the next request on"),
            ("revoke", "take back its tokens and what people allow it"),
        ):
            verbs.add_parser(verb, help=words).add_argument("client", metavar="ID")
        rotate = verbs.add_parser(
            "rotate-secret", help="print a new secret; the old one works on for a while"
        )
        rotate.add_argument("client", metavar="ID")
        rotate.add_argument("--overlap-hours", type=int, default=24)
        change = verbs.add_parser("change", help="change what is given, keep the rest")
        change.add_argument("client", metavar="ID")
        change.add_argument("--name")
        change.add_argument("--scope", dest="scopes", nargs="*", metavar="SCOPE")
        change.add_argument("--redirect-uri", dest="redirect_uris", nargs="*", metavar="URL")
        change.add_argument("--certificate", metavar="SPIFFE_ID", help="empty: ask for none any more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        verb = options["verb"]
        if verb == "list":
            for client in list_clients(asked_by=CONSOLE):
                self.stdout.write(_words(client))
            return
        client_id = options["client"]
        if verb in ("enable", "disable"):
            switch_or_wait(client_id=client_id, is_enabled=verb == "enable", switched_by=CONSOLE)
        elif verb == "revoke":
            ended = revoke_tokens_of_client(client_id=client_id, revoked_by=CONSOLE)
            self.stdout.write(f"{ended} permissions of people ended; no token of {client_id} counts any more")
        elif verb == "rotate-secret":
            overlap = timedelta(hours=options["overlap_hours"])
            self.stdout.write(rotate_secret(client_id=client_id, rotated_by=CONSOLE, overlap=overlap))
        else:
            self._change(client_id, options)

    def _change(self, client_id: str, options: dict[str, Any]) -> None:
        change_or_wait(
            client_id=client_id,
            changed_by=CONSOLE,
            name=options["name"],
            scopes=options["scopes"],
            redirect_uris=options["redirect_uris"],
            certificate_id=options["certificate"],
        )


def _words(client: ListedClient) -> str:
    state = "enabled" if client.is_enabled else "disabled"
    tokens = count_tokens(client_id=client.client_id, asked_by=CONSOLE)
    acts_as = f"as {client.username}" if client.username else "for people"
    return f"{client.client_id}  {client.kind} {acts_as}  {state}  {tokens} tokens  {' '.join(client.scopes)}"
