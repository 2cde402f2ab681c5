# SPDX-License-Identifier: Apache-2.0
"""Connection URLs and secrets: from the environment when an operator gives them, else generated.

Generated ones are KEY=VALUE lines of one file that only its owner can read; `settings.dev` reads it.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cortex.database.provision import APPLICATION, OWNER, ROLES, SERVICE
from cortex.embedded.errors import ConfigurationIncomplete

DATABASE = "cortex"
URL_OF_ROLE: Mapping[str, str] = {
    OWNER: "DATABASE_OWNER_URL",
    APPLICATION: "DATABASE_URL",
    SERVICE: "DATABASE_SERVICE_URL",
}
BROKER_URL = "REDIS_URL"
# Any 32 bytes are an Ed25519 key. Source: RFC 8032 section 5.1.5.
LOG_KEY_BYTES = 32
HEADING = (
    "# Written at every start. To use servers of your own, set these variables in the environment instead."
)


def configured_database(*, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Read the operator's three database URLs, by role; empty when the embedded server is wanted.

    Raises: ConfigurationIncomplete, when some of the three are given and others missing.
    """
    urls = {role: _given(name, environ=environ) for role, name in URL_OF_ROLE.items()}
    missing = [URL_OF_ROLE[role] for role, url in urls.items() if not url]
    if len(missing) == len(ROLES):
        return {}
    if missing:
        raise ConfigurationIncomplete(
            f"A database is configured without {' and '.join(missing)}; set it too, or unset the others"
            " to use the embedded PostgreSQL."
        )
    return urls


def configured_broker(*, environ: Mapping[str, str]) -> str:
    """Read the operator's REDIS_URL; empty when the embedded Valkey is wanted."""
    return _given(BROKER_URL, environ=environ)


def passwords_in(*, urls: Mapping[str, str]) -> Mapping[str, str]:
    """Take the role passwords out of URLs by role, and invent those that are missing."""
    found = {role: unquote(urlsplit(urls.get(role, "")).password or "") for role in ROLES}
    return {role: password or secrets.token_urlsafe(32) for role, password in found.items()}


def read(*, path: Path) -> dict[str, str]:
    """Read the file; nothing when there is none yet."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key: value for key, _, value in pairs}


def write(*, path: Path, values: Mapping[str, str]) -> None:
    """Replace the file as a whole, so that a reader never sees half of it; lines of others are kept."""
    made = {"SECRET_KEY": secrets.token_urlsafe(50), "LOG_SIGNING_KEY": secrets.token_urlsafe(LOG_KEY_BYTES)}
    kept = {**made, **read(path=path), **values}
    text = "\n".join([HEADING, *(f"{key}={value}" for key, value in kept.items())]) + "\n"
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    scratch.replace(path)


def _given(name: str, *, environ: Mapping[str, str]) -> str:
    """Read NAME, or the file that NAME_FILE names, as the settings do."""
    path = environ.get(f"{name}_FILE", "")
    if environ.get(name) or not path:
        return environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationIncomplete(
            f"{name}_FILE names {path}, which cannot be read ({error.strerror}); correct it or unset it."
        ) from error
