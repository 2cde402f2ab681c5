# SPDX-License-Identifier: Apache-2.0
"""A bucket of S3, or of whatever speaks it, with object lock. The client is loaded by the first use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from apps.audit.domain.mirror.mirror import Copy, MirrorMustAnswer, MirrorMustBeLocked
from cortex.confidential import Secret
from cortex.sockets.bounded_client import require_safe_web_address

T = TypeVar("T")
# Nobody waits for a bucket but the task that copies; the next run goes on.
SECONDS_MAX, ATTEMPTS_MAX = 10, 2
_NO_LOCK = "ObjectLockConfigurationNotFoundError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where the mirror is, and the keys to it. `authorities` is a PEM file, empty for those of the system."""

    address: str
    name: str
    region: str
    key_id: Secret = field(repr=False)
    secret_key: Secret = field(repr=False)
    authorities: str = ""


class S3Mirror:
    """Puts each object with a retention of its own, in mode COMPLIANCE: nobody can shorten it."""

    def __init__(self, bucket: Bucket) -> None:
        """Know the bucket; nobody is asked yet. Raises AddressMustBeSafe."""
        require_safe_web_address(bucket.address, setting="AUDIT_MIRROR_ADDRESS")
        self._bucket = bucket

    def require_lock(self) -> None:
        """Raise MirrorMustBeLocked where the bucket has no object lock."""
        if not self._asked(self._is_locked):
            raise MirrorMustBeLocked(
                f"Bucket {self._bucket.name}: expected one with object lock, got one without."
                " Make a bucket with object lock: it cannot be switched on for what is there.",
                evidence={"object": self._bucket.name, "remedy": "make a bucket with object lock"},
            )

    def _is_locked(self) -> bool:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - 30 MB that most processes do not need

        try:
            found = self._client.get_object_lock_configuration(Bucket=self._bucket.name)
        except ClientError as error:
            if error.response["Error"].get("Code") == _NO_LOCK:
                return False
            raise
        return bool(found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled")

    def put(self, *, key: str, content: bytes, until: datetime) -> None:
        """Put a version and lock it."""
        self._asked(
            lambda: self._client.put_object(
                Bucket=self._bucket.name,
                Key=key,
                Body=content,
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=until,
                ChecksumAlgorithm="SHA256",
            )
        )

    def copies(self) -> Iterator[Copy]:
        """Yield every version, and every marker of a deletion, page by page."""
        pages = iter(self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket.name))
        while (page := self._asked(lambda: next(pages, None))) is not None:
            for found in page.get("Versions", ()):
                yield Copy(found["Key"], found["VersionId"])
            for found in page.get("DeleteMarkers", ()):
                yield Copy(found["Key"], found["VersionId"], is_deleted=True)

    def read(self, copy: Copy, *, limit: int) -> bytes:
        """Read one version, no more of it than asked for."""

        def read() -> bytes:
            found = self._client.get_object(Bucket=self._bucket.name, Key=copy.key, VersionId=copy.version)
            with found["Body"] as body:
                content: bytes = body.read(limit)
            return content

        return self._asked(read)

    @cached_property
    def _client(self) -> Any:
        from boto3.session import Session  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        bucket = self._bucket
        return Session().client(
            "s3",
            endpoint_url=bucket.address,
            region_name=bucket.region,
            aws_access_key_id=bucket.key_id.reveal(),
            aws_secret_access_key=bucket.secret_key.reveal(),
            verify=bucket.authorities or True,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=SECONDS_MAX,
                read_timeout=SECONDS_MAX,
                retries={"max_attempts": ATTEMPTS_MAX},
            ),
        )

    def _asked(self, ask: Callable[[], T]) -> T:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

        try:
            return ask()
        except ClientError as error:
            raise self._away(error.response["Error"].get("Code", "an error")) from None
        except Exception as error:  # noqa: BLE001 - they end in a dozen ways; messages may quote a request
            raise self._away(type(error).__name__) from None

    def _away(self, reason: object) -> MirrorMustAnswer:
        return MirrorMustAnswer(
            f"Bucket {self._bucket.name}: expected it to do what was asked, got {str(reason)[:100]}."
            " See docs/operations/log-mirror.md.",
            evidence={"object": self._bucket.name, "got": str(reason)[:100]},
        )
