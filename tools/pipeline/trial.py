# SPDX-License-Identifier: Apache-2.0
"""Start the image for real against a real database and broker, keep books with it, and take it down again."""

import hashlib
import json
import secrets
import shutil
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal

from cortex import clock
from cortex.embedded.readiness import nodes_are_ready
from tools.checks.tracked import ROOT
from tools.pipeline import servers
from tools.pipeline.client import HOST, Client
from tools.pipeline.containers import Container, Fleet, write_secrets
from tools.pipeline.image import Image
from tools.pipeline.programs import StageFailed
from tools.pipeline.servers import RunningServers
from tools.pipeline.workplace import Workplace

READY_SECONDS_MAX = 120.0
COMPANY, CLIENT = "DEMO", "demo-service"
DEBITED, CREDITED, AMOUNT = "Assets:Bank:Current", "Income:Sales", Decimal("119.00")
BOOKS = f"/api/v1/companies/{COMPANY}"
NODES = ("worker@trial", "beat@trial")
# Read-only, as the kernel numbers the refusal; and the shell that must not be there.
WRITES = "try: open('/app/written', 'w')\nexcept OSError as e: print(e.errno)"
STYLE = "books/books.css"
MANIFEST = f"import json; print(json.load(open('/app/static/staticfiles.json'))['paths']['{STYLE}'])"


def try_image(*, image: Image, workplace: Workplace, say: Callable[[str], None]) -> None:
    """Migrate, serve, post, read, stop; raises StageFailed at the first thing that is not as promised."""
    engine = workplace.engine
    engine.prepare()
    loaded = engine.run(
        "podman", "pull", "--quiet", f"oci-archive:{image.archive}", remedy="Run `make image`."
    )
    if f"sha256:{loaded.strip().removeprefix('sha256:')}" != image.id:
        raise StageFailed(f"{image.archive} holds {loaded.strip()}, expected {image.id}. Run `make image`.")
    try:
        with servers.running(base=workplace.servers) as running:
            _try(_fleet(running=running, image=image, workplace=workplace), running=running, say=say)
    finally:
        engine.remove()
        shutil.rmtree(workplace.scratch / "secrets", ignore_errors=True)


def _fleet(*, running: RunningServers, image: Image, workplace: Workplace) -> Fleet:
    directory = workplace.directory("secrets")
    # Every secret comes as a file, as orchestrators mount them: no environment shows it.
    values = {
        **running.urls,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LOG_SIGNING_KEY": secrets.token_urlsafe(32),
    }
    write_secrets(directory=directory, secrets=values)
    environment = {
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "BEHIND_TLS_PROXY": "on",
        "WEB_ADDRESS": f"127.0.0.1:{_free_port()}",
    }
    return Fleet(
        engine=workplace.engine,
        image=image.id,
        secrets=directory,
        secret_names=tuple(values),
        mounts=tuple(running.mounts),
        environment=environment,
    )


def _try(fleet: Fleet, *, running: RunningServers, say: Callable[[str], None]) -> None:
    fleet.command("migrate", "--verbosity", "0")
    say("migrated an empty database")
    fleet.command("create_demo")
    token = fleet.command(
        "token", "--client", CLIENT, "--scope", "accounting:read", "accounting:write"
    ).strip()
    client = Client(port=int(fleet.environment["WEB_ADDRESS"].rpartition(":")[2]), token=token)
    with ExitStack() as stack:
        # The host's network for the one that listens; the others need no network but their sockets.
        web = stack.enter_context(fleet.started("web", network="host"))
        others = [
            stack.enter_context(fleet.started(role, f"--hostname={node}"))
            for role, node in zip(("worker", "beat"), NODES, strict=True)
        ]
        _await(web, lambda: client.is_up("/health/ready"), what="/health/ready")
        client.expect(200, "GET", "/health/startup")
        web.execute("/usr/bin/python3.11", "-m", "cortex.serve", "health")
        say("web answers /health/ready, /health/startup and its own probe")
        _await(
            others[0],
            lambda: nodes_are_ready(broker_url=running.broker_url, nodes=NODES),
            what="an answer of worker and beat",
        )
        say("worker and beat answer over the broker")
        for container in (web, *others):
            container.require_confined()
        _require_bare(web)
        say(
            "read-only, uid 10001, no capabilities or new privileges, seccomp, limits, no shell: /proc agrees"
        )
        _require_header(web)
        say("its log begins with a signed header that names the lock of web")
        _keep_books(client)
        say(f"posted {AMOUNT} over the API; the trial balance moved by as much")
        client.expect(200, "GET", f"/static/{web.execute('/usr/bin/python3.11', '-c', MANIFEST).strip()}")
        say(f"serves {STYLE} under its digest")
    say("all three ended by themselves with code 0")


def _await(container: Container, ready: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not ready():
        container.require_running()
        if time.monotonic() > deadline:
            raise StageFailed(
                f"No {what} within {READY_SECONDS_MAX:.0f} s:\n{container.log()}\nRead the log above."
            )
        time.sleep(0.3)


def _require_bare(web: Container) -> None:
    """Check from inside that nothing can be written, and that there is nothing to look around with."""
    errno = web.execute("/usr/bin/python3.11", "-c", WRITES).strip()
    if errno != "30":
        raise StageFailed(f"Writing to /app: expected errno 30 (read-only), got {errno or 'no refusal'}.")
    programs = "import os; print(*sorted(os.listdir('/usr/bin')))"
    found = web.execute("/usr/bin/python3.11", "-c", programs).split()
    unexpected = {"sh", "bash", "dash", "busybox", "perl", "dpkg", "apt-get", "pip", "curl"} & set(found)
    if unexpected:
        raise StageFailed(f"/usr/bin holds {', '.join(sorted(unexpected))}. See docker/debian-packages.txt.")


def _require_header(web: Container) -> None:
    """Check that the first line of the log says which lock runs, and is signed."""
    header = json.loads(web.first_line())
    lock = hashlib.sha256((ROOT / "requirements" / "web.txt").read_bytes()).hexdigest()
    if header.get("lock_digest") != lock or not header.get("signature"):
        raise StageFailed(
            f"The log of web begins with {json.dumps(header)[:300]}, expected it signed, with lock {lock}."
            " Are the locks in the wheel? See hatch_build.py."
        )


def _keep_books(client: Client) -> None:
    """Post one entry and check that the trial balance knows it, to the cent."""
    before = _trial_balance(client)
    client.expect(
        201,
        "POST",
        f"{BOOKS}/journal-entries",
        headers={"Idempotency-Key": secrets.token_hex(16)},
        body={
            "accounting_date": clock.today().isoformat(),
            "reference": f"TRIAL-{secrets.token_hex(4)}",
            "narration": "Trial of an image",
            "lines": [
                {"account": DEBITED, "debit": str(AMOUNT)},
                {"account": CREDITED, "credit": str(AMOUNT)},
            ],
        },
    )
    after = _trial_balance(client)
    moved = {
        name: after[name] - before.get(name, Decimal()) for name in after if after[name] != before.get(name)
    }
    if moved != {DEBITED: AMOUNT, CREDITED: -AMOUNT}:
        raise StageFailed(
            f"The trial balance moved by {moved}, expected {AMOUNT} from {CREDITED} to {DEBITED}."
        )
    if sum(after.values()) != 0:
        raise StageFailed(f"The trial balance is out by {sum(after.values())}.")


def _trial_balance(client: Client) -> dict[str, Decimal]:
    rows = client.expect(200, "GET", f"{BOOKS}/reports/trial-balance").json()["rows"]
    return {row["account"]: Decimal(row["balance"]) for row in rows}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
