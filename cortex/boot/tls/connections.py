# SPDX-License-Identifier: Apache-2.0
"""What URLs of servers leave out: the files of this process's identity, for connections over TLS."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from cortex.boot.tls.contexts import TlsFiles

_OVER_TLS = frozenset({"require", "verify-ca", "verify-full"})


def database_options(options: Mapping[str, str], *, files: TlsFiles | None) -> dict[str, str]:
    """Return libpq's options, with our files where the URL asks for TLS and names none."""
    if files is None or options.get("sslmode") not in _OVER_TLS:
        return dict(options)
    own = {
        "sslrootcert": str(files.authorities),
        "sslcert": str(files.certificate),
        "sslkey": str(files.key),
        "ssl_min_protocol_version": "TLSv1.3",
    }
    if files.revocations is not None:
        own["sslcrl"] = str(files.revocations)
    return {**own, **options}


def broker_url(url: str, *, files: TlsFiles | None) -> str:
    """Return a URL of Redis, with our files where it asks for TLS and names none.

    The server is always verified: Celery's library takes a URL that says nothing for a wish not to.
    """
    parts = urlsplit(url)
    if parts.scheme != "rediss":
        return url
    own = {"ssl_cert_reqs": "required"}
    if files is not None:
        own |= {
            "ssl_ca_certs": str(files.authorities),
            "ssl_certfile": str(files.certificate),
            "ssl_keyfile": str(files.key),
        }
    given = {**own, **dict(parse_qsl(parts.query))}
    query = "&".join(f"{name}={quote(text, safe='/:,.-_')}" for name, text in given.items())
    return parts._replace(query=query).geturl()
