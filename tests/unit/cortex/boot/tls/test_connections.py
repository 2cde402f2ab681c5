# SPDX-License-Identifier: Apache-2.0
"""URLs that ask for TLS get the files of this process's identity; others stay as they are."""

from pathlib import Path

from kombu.utils.url import parse_url

from cortex.boot.tls.connections import broker_url, database_options
from cortex.boot.tls.contexts import TlsFiles

FILES = TlsFiles(Path("/c.pem"), Path("/k.pem"), Path("/t.pem"), Path("/r.pem"))


class TestTheDatabase:
    def test_gets_the_files_where_it_is_verified(self) -> None:
        assert database_options({"sslmode": "verify-full"}, files=FILES) == {
            "sslmode": "verify-full",
            "sslrootcert": "/t.pem",
            "sslcert": "/c.pem",
            "sslkey": "/k.pem",
            "sslcrl": "/r.pem",
            "ssl_min_protocol_version": "TLSv1.3",
        }

    def test_keeps_files_that_the_url_names(self) -> None:
        given = {"sslmode": "verify-full", "sslcert": "/other.pem"}
        assert database_options(given, files=FILES)["sslcert"] == "/other.pem"

    def test_gets_nothing_on_a_socket(self) -> None:
        assert database_options({}, files=FILES) == {}


class TestTheBroker:
    def test_gets_the_files_where_it_speaks_tls(self) -> None:
        assert broker_url("rediss://cache:6380/0", files=FILES) == (
            "rediss://cache:6380/0?ssl_cert_reqs=required&ssl_ca_certs=/t.pem"
            "&ssl_certfile=/c.pem&ssl_keyfile=/k.pem"
        )

    def test_is_verified_by_celerys_library_too(self) -> None:
        # Without the option kombu verifies nothing. Source: kombu/connection.py, Connection.__init__.
        url = broker_url("rediss://cache/0", files=None)
        assert parse_url(url)["ssl"]["ssl_cert_reqs"].name == "CERT_REQUIRED"

    def test_keeps_a_password_and_options_of_its_own(self) -> None:
        url = broker_url("rediss://:a%2Fb@cache/1?ssl_ca_certs=/own.pem", files=FILES)
        assert url.startswith("rediss://:a%2Fb@cache/1?")
        assert "ssl_ca_certs=/own.pem" in url
        assert "/t.pem" not in url

    def test_stays_as_it_is_without_tls(self) -> None:
        assert broker_url("unix:///run/valkey.sock?db=0", files=FILES) == "unix:///run/valkey.sock?db=0"
