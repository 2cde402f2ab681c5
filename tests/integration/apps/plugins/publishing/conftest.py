# SPDX-License-Identifier: Apache-2.0
"""A marketplace with a publisher whose domain was confirmed."""

import pytest

from tests.factories.publishing import Market


@pytest.fixture
def market(db: None) -> Market:
    market = Market()
    market.publisher()
    return market
