# SPDX-License-Identifier: Apache-2.0
"""Pages of the kernel's rooms, and those of libraries dressed like ours."""

from cortex.backoffice.admin import companies, identity, oauth2, object_permissions, schedules, work

__all__ = ["companies", "identity", "oauth2", "object_permissions", "schedules", "work"]
