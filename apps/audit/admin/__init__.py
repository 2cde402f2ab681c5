# SPDX-License-Identifier: Apache-2.0
"""The log in the administration: to be read, by nobody to be changed."""

from apps.audit.admin import audit_entries

__all__ = ["audit_entries"]
