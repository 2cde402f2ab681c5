# SPDX-License-Identifier: Apache-2.0
"""Debian's servers, which speak TLS, on loopback and in directories of a test: each asks for certificates.

Root hands them to an account without rights; whoever is not root runs them itself.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cortex.embedded.account import Account, server_account
from cortex.pki.holding import Holding
from tests.frame.ports import free_port

POSTGRES_PLACES = Path("/usr/lib/postgresql")
START_SECONDS_MAX = 20.0
# Which certificate may be which role: the name in it is the service's.
_MAP = """
services worker cortex_app
services worker cortex_service
services web cortex_app
services web cortex_service
services migrator cortex_owner
services migrator cortex_app
services migrator cortex_service
"""
_HBA = """
local all postgres trust
hostssl all all 127.0.0.1/32 cert clientcert=verify-full map=services
hostnossl all all all reject
"""


@dataclass(frozen=True)
class TlsServer:
    """A server that runs, and its files, which a test may replace."""

    port: int
    directory: Path
    account: Account
    held: Holding

    def take(self, held: Holding) -> None:
        """Give the server the files of a holding, as whoever rotates them does."""
        for name in ("key", "certificate", "trust", "revoked"):
            target = self.directory / f"{name}.pem"
            shutil.copyfile(held.directory / f"{name}.pem", target)
            target.chmod(0o600)
            self.account.own(target)


@contextmanager
def _place(held: Holding) -> Iterator[TlsServer]:
    """Yield a directory that the servers' account can reach, with the files in it."""
    account = server_account()
    # Directories of pytest are closed to other accounts.
    directory = Path(tempfile.mkdtemp(prefix="cortex-tls-"))
    account.own(directory)
    server = TlsServer(free_port(), directory, account, held)
    server.take(held)
    try:
        yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def postgres_over_tls(held: Holding) -> Iterator[TlsServer]:
    """Run PostgreSQL 15 or later, to which nobody gets without a certificate."""
    binaries = max(POSTGRES_PLACES.glob("*/bin"), key=lambda path: int(path.parent.name))
    with _place(held) as server:
        data = server.directory / "data"
        _done(server, [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N"])
        # The files are the account's own; here only what is appended to them is written.
        for name, text in (
            ("postgresql.conf", _postgres_settings(server)),
            ("pg_hba.conf", _HBA),
            ("pg_ident.conf", _MAP),
        ):
            with (data / name).open("w" if name == "pg_hba.conf" else "a") as file:
                file.write(text)
        with _running(server, [binaries / "postgres", "-D", data]):
            _await(lambda: psycopg.connect(admin_dsn(server), connect_timeout=2).close())
            yield server


def admin_dsn(server: TlsServer, *, database: str = "postgres") -> str:
    """Return how an administrator of the same machine gets in: by the socket."""
    return f"host={server.directory} port={server.port} user=postgres dbname={database}"


@contextmanager
def redis_over_tls(held: Holding) -> Iterator[TlsServer]:
    """Run Redis, to which nobody gets without a certificate."""
    with _place(held) as server:
        words = f"""--bind 127.0.0.1 127.0.0.2 --port 0 --tls-port {server.port} --tls-auth-clients yes
            --tls-cert-file {server.directory}/certificate.pem --tls-key-file {server.directory}/key.pem
            --tls-ca-cert-file {server.directory}/trust.pem --tls-protocols TLSv1.3
            --dir {server.directory} --appendonly no""".split()
        with _running(server, [_program("redis-server"), *words, "--save", ""]):
            _await(lambda: _connect(server.port))
            yield server


@contextmanager
def nginx_before(web_port: int, held: Holding) -> Iterator[TlsServer]:
    """Run nginx as the proxy before a web process: it asks for certificates, and shows its own."""
    with _place(held) as server:
        configuration = server.directory / "nginx.conf"
        configuration.write_text(_NGINX.format(d=server.directory, port=server.port, web_port=web_port))
        server.account.own(configuration)
        with _running(server, [_program("nginx"), "-p", server.directory, "-c", configuration]):
            _await(lambda: _connect(server.port))
            yield server


_NGINX = """
daemon off; worker_processes 1; pid {d}/nginx.pid; error_log {d}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {d}/t1; proxy_temp_path {d}/t2; fastcgi_temp_path {d}/t3;
  uwsgi_temp_path {d}/t4; scgi_temp_path {d}/t5;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.3;
    ssl_certificate {d}/certificate.pem; ssl_certificate_key {d}/key.pem;
    ssl_client_certificate {d}/trust.pem; ssl_crl {d}/revoked.pem;
    ssl_verify_client on; ssl_verify_depth 2; ssl_session_tickets off;
    location / {{
      proxy_pass https://127.0.0.1:{web_port};
      proxy_ssl_certificate {d}/certificate.pem; proxy_ssl_certificate_key {d}/key.pem;
      proxy_ssl_trusted_certificate {d}/trust.pem; proxy_ssl_crl {d}/revoked.pem;
      proxy_ssl_verify on; proxy_ssl_verify_depth 2; proxy_ssl_name localhost; proxy_ssl_protocols TLSv1.3;
      # Setting a header replaces whatever the visitor sent under its name.
      proxy_set_header Host $host;
      proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
      proxy_set_header X-Client-Verify $ssl_client_verify;
    }}
  }}
}}
"""


def _postgres_settings(server: TlsServer) -> str:
    d = server.directory
    return f"""
listen_addresses = '127.0.0.1'
port = {server.port}
unix_socket_directories = '{d}'
ssl = on
ssl_min_protocol_version = 'TLSv1.3'
ssl_cert_file = '{d}/certificate.pem'
ssl_key_file = '{d}/key.pem'
ssl_ca_file = '{d}/trust.pem'
ssl_crl_file = '{d}/revoked.pem'
fsync = off
"""


def _program(name: str) -> str:
    found = shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin")
    assert found is not None, f"{name} is missing: run `make system-packages`"
    return found


@contextmanager
def _running(server: TlsServer, command: Sequence[str | Path]) -> Iterator[None]:
    with (server.directory / "server.log").open("ab") as log:
        process = server.account.start(command, log=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _done(server: TlsServer, command: Sequence[str | Path]) -> None:
    ended = server.account.run(command)
    assert ended.returncode == 0, ended.stderr


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=2).close()


def _await(is_there) -> None:  # type: ignore[no-untyped-def] # a question without arguments
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            is_there()
        except (OSError, psycopg.OperationalError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
