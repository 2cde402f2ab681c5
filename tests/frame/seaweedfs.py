# SPDX-License-Identifier: Apache-2.0
"""A real server of S3 with object lock for tests: SeaweedFS, on ports of its own, which tells nobody."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.frame.ports import free_ports

PROGRAM = Path(sys.executable).parent / "weed"
START_SECONDS_MAX = 60.0
KEY_ID, SECRET_KEY, REGION = "mirror", "only-for-tests", "us-east-1"  # pragma: allowlist secret


@dataclass
class SeaweedFs:
    """One server; its data stays in its directory."""

    directory: Path
    ports: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def start(self) -> None:
        """Start it, and wait until it keeps buckets."""
        self.ports = self.ports or free_ports(8)
        names = ("s3.port", "s3.port.grpc", "master.port", "master.port.grpc")
        names += ("volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
        keys = {"accessKey": KEY_ID, "secretKey": SECRET_KEY}
        identity = {"name": "mirror", "credentials": [keys], "actions": ["Admin", "Read", "Write", "List"]}
        (self.directory / "s3.json").write_text(json.dumps({"identities": [identity]}))
        command = [str(PROGRAM), "-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        command += [f"-dir={self.directory}", "-master.telemetry=false", "-master.volumeSizeLimitMB=64"]
        command += ["-volume.max=200", "-filer", "-s3", f"-s3.config={self.directory / 's3.json'}"]
        # Catalogs of tables, on ports that two servers cannot share.
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
        command += [f"-{name}={port}" for name, port in zip(names, self.ports, strict=True)]
        with (self.directory / "weed.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory)

    def stop(self) -> None:
        """End it as a power failure would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=20)
            self.process = None

    def client(self) -> Any:
        """Return a client that may do everything."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.address,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET_KEY,
            region_name=REGION,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )

    def make_bucket(self, name: str, *, is_locked: bool = True) -> None:
        """Make a bucket, as soon as the server can."""
        from botocore.exceptions import BotoCoreError, ClientError

        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                self.client().create_bucket(Bucket=name, ObjectLockEnabledForBucket=is_locked)
            except (BotoCoreError, ClientError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return
