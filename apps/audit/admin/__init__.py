# SPDX-License-Identifier: Apache-2.0
"""Log and compliance in the administration: to be read, by nobody to be changed."""

from apps.audit.admin import audit_entries, by_hand, checks, packs, privacy

__all__ = ["audit_entries", "by_hand", "checks", "packs", "privacy"]
