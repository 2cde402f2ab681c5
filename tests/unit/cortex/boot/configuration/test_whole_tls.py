# SPDX-License-Identifier: Apache-2.0
"""Half of TLS is refused wherever it is configured; in production, so is a way around it."""

import pytest

from cortex.boot.configuration.errors import ValueMustBeGiven, ValueMustBeSafe, ValueMustBeWellFormed
from tests.factories.signed_files import loaded
from tests.unit.cortex.boot.configuration.test_safety import SAFE

FILES = {"TLS_CERTIFICATE": "/c.pem", "TLS_KEY": "/k.pem", "TLS_AUTHORITIES": "/t.pem"}
SERVERS = {
    "DATABASE_URL": "postgresql://cortex_app@db/cortex?sslmode=verify-full",
    "DATABASE_OWNER_URL": "postgresql://cortex_owner@db/cortex?sslmode=verify-full",
    "DATABASE_SERVICE_URL": "postgresql://cortex_service@db/cortex?sslmode=verify-full",
    "REDIS_URL": "rediss://cache/0",
}
WHOLE = {**SAFE, **SERVERS, **FILES}


class TestTls:
    def test_is_taken_as_a_whole(self) -> None:
        tls = loaded({**WHOLE, "WEB_TLS_CLIENTS": "required"}, kind="prod").tls
        assert tls.files is not None
        assert str(tls.files.key) == "/k.pem"

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("kind", ["prod", "dev"])
    def test_is_refused_by_the_name_of_the_file_that_is_missing(self, name: str, kind: str) -> None:
        with pytest.raises(ValueMustBeGiven, match=rf"\b{name}: expected a value beside") as refused:
            loaded({**WHOLE, name: ""}, kind=kind)
        assert "\n" not in refused.value.message

    def test_of_the_web_process_needs_files(self) -> None:
        without = dict.fromkeys(FILES, "")
        with pytest.raises(ValueMustBeGiven, match="TLS_CERTIFICATE"):
            loaded({**SAFE, **without, "WEB_TLS_CLIENTS": "optional"}, kind="prod")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("WEB_TRUSTED_PROXIES", "spiffe://cortex/proxy"),
            ("WEB_PEER_SERVICES", "spiffe://cortex/worker=scheduler"),
        ],
    )
    def test_must_be_on_for_what_certificates_are_to_say(self, name: str, value: str) -> None:
        with pytest.raises(ValueMustBeGiven, match=f"WEB_TLS_CLIENTS: expected a value beside {name}"):
            loaded({**WHOLE, name: value}, kind="prod")

    @pytest.mark.parametrize("name", ["VAULT_CLIENT_CERT", "VAULT_CLIENT_KEY"])
    def test_of_the_vault_has_certificate_and_key(self, name: str) -> None:
        with pytest.raises(ValueMustBeGiven, match="VAULT_CLIENT_"):
            loaded({**WHOLE, name: "/file.pem"}, kind="prod")

    @pytest.mark.parametrize(
        "value", ["cortex/proxy", "spiffe://cortex/a b", "spiffe://cortex/a,https://cortex/b"]
    )
    def test_trusts_only_what_has_a_spiffe_id(self, value: str) -> None:
        with pytest.raises(ValueMustBeWellFormed, match="WEB_TRUSTED_PROXIES"):
            loaded({**WHOLE, "WEB_TLS_CLIENTS": "required", "WEB_TRUSTED_PROXIES": value}, kind="prod")

    def test_lets_no_certificate_act_as_two_services(self) -> None:
        twice = "spiffe://cortex/worker=scheduler,spiffe://cortex/worker=reporting"
        with pytest.raises(ValueMustBeWellFormed, match="each id once"):
            loaded({**WHOLE, "WEB_TLS_CLIENTS": "required", "WEB_PEER_SERVICES": twice}, kind="prod")

    @pytest.mark.parametrize("service", ["console", "entrance", "federation"])
    def test_gives_no_certificate_the_rights_of_whoever_has_the_machine(self, service: str) -> None:
        value = f"spiffe://cortex/worker={service}"
        with pytest.raises(ValueMustBeWellFormed, match="services other than console, entrance, federation"):
            loaded({**WHOLE, "WEB_TLS_CLIENTS": "required", "WEB_PEER_SERVICES": value}, kind="prod")


class TestProductionWithAnIdentity:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DATABASE_URL", "postgresql://cortex_app@db/cortex"),
            ("DATABASE_URL", "postgresql://cortex_app@db/cortex?sslmode=require"),
            ("DATABASE_OWNER_URL", "postgresql://cortex_owner@db/cortex?sslmode=verify-ca"),
            ("DATABASE_SERVICE_URL", "postgresql://cortex_service@db/cortex?sslmode=prefer"),
            ("REDIS_URL", "redis://cache/0"),
            ("REDIS_URL", "rediss://cache/0?ssl_cert_reqs=none"),
        ],
    )
    def test_speaks_to_no_server_in_the_open(self, name: str, value: str) -> None:
        with pytest.raises(ValueMustBeSafe, match=rf"\b{name}\b"):
            loaded({**WHOLE, name: value}, kind="prod")

    def test_may_use_a_socket_of_its_own_machine(self) -> None:
        by_socket = "postgresql://cortex_app@/cortex?host=/run/postgresql"
        assert loaded({**WHOLE, "DATABASE_URL": by_socket}, kind="prod").tls.files is not None
