# SPDX-License-Identifier: Apache-2.0
"""What each command of `python -m cortex.embedded` does, and what it tells the person who gave it."""

import os
import shutil
import signal
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from cortex.database.provision import ROLES, provision
from cortex.embedded import cluster, environment, instance, locations, postgres, processes, valkey
from cortex.embedded.errors import ConfigurationIncomplete, StepFailed
from cortex.embedded.locations import Locations
from cortex.embedded.log_keepers import LogKeepers, answers
from cortex.embedded.servers import Servers

ADMIN_URL = "DATABASE_ADMIN_URL"
STOP_SECONDS_MAX = 180.0


def run(*, checkout: Path, port: int) -> None:
    """Start everything and serve until it is interrupted."""
    # A release image provisions servers and has no supervisor.
    from cortex.embedded.launcher import Launcher  # noqa: PLC0415

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # Not every terminal can show "…".
    Launcher(checkout=checkout, port=port, stream=sys.stdout, environ=os.environ).run()


def up(*, checkout: Path) -> None:
    """Start PostgreSQL and Valkey in the background, for commands while nothing else runs."""
    places = _places(checkout)
    with instance.sole_instance(locations=places):
        Servers(base=places.base, environ=os.environ).up()
    _say("PostgreSQL and Valkey run in the background; stop them with: make down")


def down(*, checkout: Path) -> None:
    """Stop the launcher with everything under it, what `up` started, and the servers of tests."""
    places = _places(checkout)
    other = instance.running(locations=places)
    if other is not None:
        os.kill(other.pid, signal.SIGTERM)
        stopped = processes.wait_until(
            lambda: instance.running(locations=places) is None, seconds=STOP_SECONDS_MAX
        )
        if not stopped:
            raise StepFailed(f"The launcher (pid {other.pid}) does not stop; read {places.log} and end it.")
    for base in _bases(checkout):
        _stop_servers(base)
    _say("Nothing runs for this checkout any more; its data stays.")


def status(*, checkout: Path) -> None:
    """Tell who serves, and which of the embedded servers answer."""
    places = _places(checkout)
    other = instance.running(locations=places)
    _say(f"Launcher: {f'serves at {other.url} (pid {other.pid})' if other else 'not running'}")
    servers = (("PostgreSQL", postgres.existing(places.base)), ("Valkey", valkey.prepare(places.base)))
    for name, server in servers:
        _say(f"Embedded {name}: {'answers' if server is not None and server.answers() else 'not running'}")
    keepers = LogKeepers.of(locations=places, checkout=checkout, environ=os.environ)
    for name, socket in (("Signer", keepers.signer_socket), ("Witness", keepers.witness_socket)):
        _say(f"{name}: {'answers' if answers(socket) else 'not running'}")


def admin_url(*, checkout: Path) -> None:
    """Print the administrator's URL of the embedded PostgreSQL, for backups and restores.

    Raises: StepFailed, when there is none yet.
    """
    server = postgres.existing(_places(checkout).base)
    if server is None:
        raise StepFailed("No embedded PostgreSQL was made for this checkout; start it with: make up")
    password = cluster.password_file(locations=server.locations).read_text().strip()
    _say(server.url(cluster.SUPERUSER, password, environment.DATABASE))


def erase(*, checkout: Path) -> None:
    """Stop and remove every embedded server of this checkout, those of tests and measurements included.

    Raises: AlreadyRunning, while a launcher serves.
    """
    for base in _bases(checkout):
        places = locations.prepare(base=base)
        with instance.sole_instance(locations=places):
            _stop_servers(base)
            for directory in (places.sockets, places.control, places.home, places.base):
                _empty(directory)
            if places.home != places.base:
                places.home.rmdir()
    _say("Nothing of the embedded servers is left.")


def provision_own_server() -> None:
    """Create roles and database on the operator's server; the passwords are those of the three URLs.

    Raises: ConfigurationIncomplete, StepFailed.
    """
    admin = os.environ.get(ADMIN_URL, "")
    urls = environment.configured_database(environ=os.environ)
    if not admin or not urls:
        names = ", ".join([ADMIN_URL, *environment.URL_OF_ROLE.values()])
        raise ConfigurationIncomplete(
            f"Set {names} first; each of the three roles needs a password in its URL."
        )
    database = _single_database(urls=list(urls.values()))
    passwords = {role: unquote(urlsplit(url).password or "") for role, url in urls.items()}
    for role, url in urls.items():
        if urlsplit(url).username != role or not passwords[role]:
            raise ConfigurationIncomplete(f"{environment.URL_OF_ROLE[role]} must name {role} and a password.")
    try:
        provision(admin, database=database, passwords=passwords)
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise StepFailed(
            f"The server of {ADMIN_URL} refused ({reason}); correct it and try again."
        ) from error
    _say(f"Database {database} is ready for {', '.join(ROLES)}.")


def _single_database(*, urls: list[str]) -> str:
    names = {unquote(urlsplit(url).path.strip("/")) for url in urls}
    if len(names) != 1 or "" in names:
        raise ConfigurationIncomplete("The three database URLs must name the same database; correct them.")
    return names.pop()


def _bases(checkout: Path) -> list[Path]:
    """List the state directories of a checkout: those of tests and measurements, and its own."""
    top = checkout / ".cortex"
    return [*sorted(path.parent for path in top.glob("*/home.lock")), top]


def _stop_servers(base: Path) -> None:
    valkey.prepare(base).stop()
    database = postgres.existing(base)
    if database is not None:
        database.stop()


def _empty(directory: Path) -> None:
    """Remove what is in a directory, not the directory: it may be a link to a disk of its own."""
    for entry in list(directory.iterdir()) if directory.is_dir() else []:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _places(checkout: Path) -> Locations:
    return locations.prepare(base=checkout / ".cortex")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
