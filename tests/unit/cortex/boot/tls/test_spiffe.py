# SPDX-License-Identifier: Apache-2.0
"""Names of services are few and plain; whatever else a certificate says is no name."""

import pytest

from cortex.boot.tls.spiffe import ServiceMustBeNamedWell, is_spiffe_id, spiffe_id


class TestASpiffeId:
    def test_is_made_of_trust_domain_and_service(self) -> None:
        assert spiffe_id(trust_domain="cortex", service="worker") == "spiffe://cortex/worker"

    @pytest.mark.parametrize("service", ["", "a/b", "..", "a b", "a" * 65, "wörker", "x\n"])
    def test_has_no_service_of_another_shape(self, service: str) -> None:
        with pytest.raises(ServiceMustBeNamedWell):
            spiffe_id(trust_domain="cortex", service=service)

    @pytest.mark.parametrize(
        "text",
        [
            "spiffe://cortex",
            "spiffe://cortex/",
            "spiffe://Cortex/a",
            "https://cortex/a",
            "spiffe://cortex/a?b=c",
        ],
    )
    def test_is_not_any_address(self, text: str) -> None:
        assert not is_spiffe_id(text)
