# SPDX-License-Identifier: Apache-2.0
"""Pages of the books: for members of the company, and for whoever opened it in an emergency."""

from typing import ClassVar

from apps.accounting.adapters.policy_entities import READ
from cortex.backoffice.read_only import ReadOnlyModelAdmin


class BooksModelAdmin(ReadOnlyModelAdmin):
    """Shows rows of the books; to administer the platform is no reason to read them."""

    policy_action: ClassVar[str | None] = READ
    is_of_the_platform: ClassVar[bool] = False
