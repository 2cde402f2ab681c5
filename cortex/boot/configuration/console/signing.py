# SPDX-License-Identifier: Apache-2.0
"""`cortex config keygen`, `sign` and `verify`: nothing is signed that no start would accept."""

import hashlib
import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cortex import clock
from cortex.boot.configuration.artefact.document import BYTES_MAX, require_known_kind
from cortex.boot.configuration.artefact.errors import (
    FileMustBeReadable,
    KeyMustBeReadable,
    SignatureMustBeCurrent,
    SignatureMustBeWellFormed,
    VersionMustNotFall,
    refused,
)
from cortex.boot.configuration.artefact.keys import (
    KEYS_VARIABLE,
    key_id,
    make_key_pair,
    private_key,
    trusted_keys,
    word_of,
)
from cortex.boot.configuration.artefact.reading import content_of
from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.artefact.signature import sign, signature_in
from cortex.boot.configuration.artefact.verification import (
    SIGNATURE_BYTES_MAX,
    VerifiedFile,
    signature_path,
    verified_file,
)
from cortex.boot.configuration.artefact.versions import Versions
from cortex.boot.configuration.catalogue import entries
from cortex.boot.configuration.errors import ArgumentMustBeWellFormed, ValueMustBeWellFormed, refusal
from cortex.boot.configuration.readers import Unexpected
from cortex.boot.configuration.sources.files import layer_of

_DAYS = re.compile(r"(\d{1,5})d")


def keygen(*, stem: Path) -> str:
    """Make a key pair, and tell how the key is called."""
    try:
        public = make_key_pair(stem)
    except FileExistsError as error:
        raise refused(
            KeyMustBeReadable, error.filename, "it is there already; a key is never replaced."
        ) from None
    except OSError as error:
        raise refused(KeyMustBeReadable, stem, f"it cannot be written: {error.strerror}.") from None
    told = (
        f"key id      {key_id(public)}",
        f"public key  {word_of(public)}",
        f"written to  {stem}.key, {stem}.pub",
    )
    return "\n".join(told) + "\n"


def sign_file(path: Path, *, key: Path, version: int, expires: str) -> str:
    """Check a file as a start would, sign it, and write the signature beside it."""
    now = clock.now().replace(microsecond=0)
    expires_at = _instant(expires, now=now)
    if expires_at <= now:
        raise refused(SignatureMustBeCurrent, "--expires", "expected an instant that is yet to come.")
    require_known_kind(path)
    content = content_of(path, bytes_max=BYTES_MAX, error=FileMustBeReadable)
    signature = sign(
        content,
        name=path.name,
        version=version,
        key=private_key(key),
        signed_at=now,
        expires_at=expires_at,
    )
    artefact = Artefact(path.name, version, signature.key_id, signature.sha256, expires_at)
    count = _require_acceptable(VerifiedFile(path=path, content=content, artefact=artefact))
    _require_newer(path, version=version, content=content)
    _replace(signature_path(path), signature.text())
    return f"{path.name}: {count} values signed as version {version}, {_told(artefact)}.\n"


def verify_file(path: Path, *, keys: str | None) -> str:
    """Check a file as a start would, and tell what its signature says."""
    trusted = trusted_keys(os.environ.get(KEYS_VARIABLE, "") if keys is None else keys)
    file = verified_file(path, keys=trusted, at=clock.now())
    Versions.of(os.environ).require([file.artefact])
    count = _require_acceptable(file)
    return f"{path.name}: {count} values verified, version {file.artefact.version}, {_told(file.artefact)}.\n"


def _told(artefact: Artefact) -> str:
    return f"key {artefact.key_id}, valid until {artefact.expires_at:%Y-%m-%dT%H:%M:%SZ}"


def _require_acceptable(file: VerifiedFile) -> int:
    """Raise what a start would raise about this file alone; return how many values it sets."""
    layer = layer_of(file)
    for name, found in layer.items():
        try:
            entries()[name].reader.read(found.given)
        except Unexpected as error:
            raise refusal(ValueMustBeWellFormed, name, expected=str(error), source=found.source) from None
    return len(layer)


def _require_newer(path: Path, *, version: int, content: bytes) -> None:
    """Refuse to sign other bytes under a version that the signature beside the file has used."""
    beside = signature_path(path)
    if not beside.exists():
        return
    last = signature_in(
        content_of(beside, bytes_max=SIGNATURE_BYTES_MAX, error=SignatureMustBeWellFormed), path=beside
    )
    is_same = last.version == version and last.sha256 == hashlib.sha256(content).hexdigest()
    if last.version >= version and not is_same:
        raise refused(
            VersionMustNotFall,
            path,
            f"version {last.version} is signed already; take a higher one.",
            got=version,
        )


def _instant(text: str, *, now: datetime) -> datetime:
    """Return the end of a day, an instant, or so many days from now."""
    try:
        if match := _DAYS.fullmatch(text):
            return now + timedelta(days=int(match[1]))
        if "T" in text:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        # A day that people type counts as a whole.
        end = date.fromisoformat(text) + timedelta(days=1)
        return datetime(end.year, end.month, end.day, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise refusal(
            ArgumentMustBeWellFormed, "--expires", expected="a day, an instant in UTC, or days such as 90d"
        ) from None


def _replace(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.new")
    try:
        # Never through a link that somebody laid there.
        scratch.unlink(missing_ok=True)
        with scratch.open("x", encoding="utf-8") as file:
            file.write(text)
        scratch.replace(path)
    except OSError as error:
        raise refused(FileMustBeReadable, path, f"it cannot be written: {error.strerror}.") from None
