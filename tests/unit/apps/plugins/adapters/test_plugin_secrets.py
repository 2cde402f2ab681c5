# SPDX-License-Identifier: Apache-2.0
"""Names of secrets of plugins: no two of them are one."""

from itertools import product
from uuid import UUID

from apps.plugins.adapters.runtime.plugin_secrets import secret_name

COMPANY = UUID(int=1)


class TestSecretName:
    def test_is_one_that_every_vault_takes(self) -> None:
        name = secret_name(company_id=COMPANY, plugin_id="com.example.my-guard", name="api-token")
        assert name == (
            "PLUGIN_X_00000000000000000000000000000001_X_COM_D_EXAMPLE_D_MY_H_GUARD_X_API_H_TOKEN"
        )

    def test_is_another_for_each_company_plugin_and_name(self) -> None:
        ids = ["a.b", "a-b", "a.b.c", "a.b-c", "a-b.c", "a-b-c", "a-d-b", "a.d.b", "a.x.b"]
        told = [
            secret_name(company_id=company, plugin_id=plugin, name=name)
            for company, plugin, name in product(
                (COMPANY, UUID(int=2)), ids, ("key", "x-key", "b-key", "d-key")
            )
        ]
        assert len(set(told)) == len(told)
