# SPDX-License-Identifier: Apache-2.0
"""The registry behind a real port, and the clients that programs speak to it with."""

from collections.abc import Callable, Iterator

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from pytest_django import DjangoDbBlocker

from tests.factories.people import cast, token_of_client
from tests.frame import clones
from tests.frame.http import serving
from tests.frame.server import server

Connect = Callable[..., SchemaRegistryClient]


@pytest.fixture(scope="module")
def registry(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[clones.Clone]:
    """Give the module a database in which commits are real; its tests use subjects of their own."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        yield own


@pytest.fixture(scope="module")
def token(registry: clones.Clone) -> str:
    """Return a token of a client in the role of an accountant, with the scope of the registry."""
    return token_of_client(cast().company, "schemas")


@pytest.fixture(scope="module")
def base_url(registry: clones.Clone) -> Iterator[str]:
    """Return the address of the running program."""
    with serving() as url:
        yield url


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> str:
    """Return the name of a subject that is this test's alone; it needs encoding in a path."""
    return f"notes/{request.node.name}-value"


@pytest.fixture
def connect(base_url: str, token: str) -> Iterator[Connect]:
    """Return a maker of clients; each has a cache of its own."""
    clients: list[SchemaRegistryClient] = []

    def made(bearer: str = token) -> SchemaRegistryClient:
        clients.append(
            SchemaRegistryClient(
                {
                    "url": f"{base_url}/schemas",
                    "bearer.auth.credentials.source": "STATIC_TOKEN",
                    "bearer.auth.token": bearer,
                    "bearer.auth.logical.cluster": "cortex",
                    "max.retries": 0,
                }
            )
        )
        return clients[-1]

    yield made
    for client in clients:
        client.close()
