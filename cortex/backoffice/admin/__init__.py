# SPDX-License-Identifier: Apache-2.0
"""Pages of the kernel's rooms, and those of libraries dressed like ours."""

from cortex.backoffice.admin import (
    access_reviews,
    certificates,
    companies,
    decisions,
    deliveries,
    emergency_access,
    identity,
    oauth2_clients,
    oauth2_tokens,
    object_permissions,
    policies,
    proposals,
    schedules,
    sessions,
    signing_keys,
    webhooks,
    work,
)

__all__ = [
    "access_reviews",
    "certificates",
    "companies",
    "decisions",
    "deliveries",
    "emergency_access",
    "identity",
    "oauth2_clients",
    "oauth2_tokens",
    "object_permissions",
    "policies",
    "proposals",
    "schedules",
    "sessions",
    "signing_keys",
    "webhooks",
    "work",
]
