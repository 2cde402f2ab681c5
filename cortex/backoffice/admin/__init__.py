# SPDX-License-Identifier: Apache-2.0
"""Pages of the kernel's rooms, and those of libraries dressed like ours."""

from cortex.backoffice.admin import (
    access_reviews,
    companies,
    decisions,
    deliveries,
    identity,
    oauth2,
    object_permissions,
    policies,
    schedules,
    webhooks,
    work,
)

__all__ = [
    "access_reviews",
    "companies",
    "decisions",
    "deliveries",
    "identity",
    "oauth2",
    "object_permissions",
    "policies",
    "schedules",
    "webhooks",
    "work",
]
