# SPDX-License-Identifier: Apache-2.0
"""URLs of servers: they may hold a password, so they are secret as a whole and shown without it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from pydantic import SecretStr

from cortex.boot.configuration.readers import MASK, PATH_OF_THE_MACHINE, Reader, Unexpected

# What libpq understands and an operator may want to say in a database URL.
DATABASE_OPTIONS = frozenset(
    "application_name connect_timeout keepalives keepalives_idle sslmode sslrootcert sslcert sslkey sslcrl"
    " ssl_min_protocol_version target_session_attrs".split()
)
# Options of URLs that say nothing about a secret; the value of any other is masked.
_OPTIONS_SHOWN = DATABASE_OPTIONS | {"db", "host", "port", "protocol", "ssl_cert_reqs", "virtual_host"}
# Collectors take a token where others take the name of a login.
_SCHEMES_WITH_TOKENS = frozenset({"http", "https"})
_OPTIONS_OF_PLACES = frozenset(
    "sslrootcert sslcert sslkey sslcrl ssl_ca_certs ssl_certfile ssl_keyfile".split()
)


@dataclass(frozen=True)
class Url(Reader):
    """A URL of one of these schemes; empty stands for none, where a default allows it."""

    schemes: tuple[str, ...] = ()
    may_be_empty: bool = False

    def read(self, given: object) -> str:
        """Return the URL unchanged."""
        if isinstance(given, str) and not given and self.may_be_empty:
            return given
        if not isinstance(given, str) or _split(given).scheme not in self.schemes:
            raise Unexpected(f"a URL starting with {' or '.join(f'{scheme}://' for scheme in self.schemes)}")
        if _may_be_cut(given):
            raise Unexpected("a URL whose password writes @ / ? and # as %40 %2F %3F and %23")
        return given

    def holds_secret(self, given: object) -> bool:
        """Tell whether a text that was not read yet holds a password; what cannot be split might."""
        if not isinstance(given, str):
            return False
        try:
            parts = _split(given)
        except Unexpected:
            return True
        if _may_be_cut(given):
            return True
        is_token = bool(parts.username) and parts.scheme in _SCHEMES_WITH_TOKENS
        return bool(parts.password) or is_token or _hidden_options(parts)

    def shown(self, value: SecretStr) -> str:
        """Return the URL with a mask for its password and for options that nobody knows."""
        return _rewritten(value.get_secret_value(), option=_shown_option, keeps_socket=True)

    def counted(self, value: SecretStr) -> str:
        """Return the same, without the places of this machine: sockets and certificates."""
        return _rewritten(value.get_secret_value(), option=_counted_option, keeps_socket=False)

    def secrets_in(self, value: SecretStr) -> tuple[str, ...]:
        """Return the password, as it is and as the URL writes it, and the values of unknown options."""
        parts = _split(value.get_secret_value())
        hidden = [text for name, text in parse_qsl(parts.query) if _is_hidden(name)]
        is_token = parts.scheme in _SCHEMES_WITH_TOKENS
        logins = [part for part in (parts.password, parts.username if is_token else None) if part]
        return (*logins, *map(unquote, logins), *hidden)


@dataclass(frozen=True)
class DatabaseUrl(Url):
    """`postgresql://user:password@host:port/name?option=…`; `?host=/directory` is a Unix socket."""

    schemes: tuple[str, ...] = ("postgresql", "postgres")

    def read(self, given: object) -> str:
        """Return the URL unchanged, when every part of it can be understood."""
        connection(super().read(given))
        return str(given)


def connection(url: str) -> dict[str, Any]:
    """Return what Django wants to know of a database; raises Unexpected."""
    parts = _split(url)
    options = dict(parse_qsl(parts.query))
    host, port = options.pop("host", parts.hostname or ""), options.pop("port", _port(parts.netloc))
    if unknown := sorted(set(options) - DATABASE_OPTIONS):
        raise Unexpected(f"known options, got {', '.join(name[:40] for name in unknown)}")
    if not parts.path.strip("/") or not parts.username:
        raise Unexpected("postgresql://USER[:PASSWORD]@HOST[:PORT]/NAME, or ?host=/SOCKET/DIRECTORY")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise Unexpected("a URL") from None


def _may_be_cut(url: str) -> bool:
    """Tell whether a password may reach beyond what counts as the login, as in `redis://:ab/cd@host`."""
    parts = _split(url)
    return bool(parts.fragment) or "@" in f"{parts.path}?{parts.query}"


def _port(netloc: str) -> str:
    port = netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if port and not port.isdigit():
        raise Unexpected("a number as port")
    return port


def _hidden_options(parts: SplitResult) -> bool:
    return any(_is_hidden(name) for name, _ in parse_qsl(parts.query))


def _is_hidden(name: str) -> bool:
    return name not in _OPTIONS_SHOWN and name not in _OPTIONS_OF_PLACES


def _rewritten(url: str, *, option: Any, keeps_socket: bool) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    user, has_user, host = parts.netloc.rpartition("@")
    login = f"{_shown_login(parts.scheme, user)}{has_user}"
    is_socket = parts.scheme == "unix"
    path = parts.path if keeps_socket or not is_socket else PATH_OF_THE_MACHINE
    query = "&".join(f"{key}={option(key, text)}" for key, text in parse_qsl(parts.query))
    return f"{parts.scheme}://{login}{host}{path}{f'?{query}' if query else ''}"


def _shown_login(scheme: str, user: str) -> str:
    if scheme in _SCHEMES_WITH_TOKENS:
        return MASK if user else ""
    name, has_password, _ = user.partition(":")
    return f"{name}:{MASK}" if has_password else name


def _shown_option(name: str, text: str) -> str:
    return MASK if _is_hidden(name) else quote(text, safe="/:,.-_")


def _counted_option(name: str, text: str) -> str:
    is_place = name in _OPTIONS_OF_PLACES or (name == "host" and text.startswith("/"))
    return PATH_OF_THE_MACHINE if is_place else _shown_option(name, text)
