# SPDX-License-Identifier: Apache-2.0
"""The links beside every page, and the keys that reach them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL, POST_ENTRY, READ
from apps.audit.published import READ as READ_LOG
from cortex.approvals.actions import READ as READ_PROPOSALS
from cortex.break_glass.actions import READ as READ_EMERGENCIES


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link; `key` follows `g` on the keyboard."""

    title: str
    url: str
    key: str
    is_current: bool
    # What waits there for this person, such as `3`; empty where nothing does.
    badge: str = ""


APPROVALS = "Approvals"
# (title, page, key, action that the page needs)
_ITEMS = (
    ("Overview", "home", "h", READ),
    ("Entries", "entries", "e", READ),
    ("New entry", "new-entry", "n", POST_ENTRY),
    ("Import", "import", "i", IMPORT_JOURNAL),
    ("Trial balance", "trial-balance", "t", READ),
    ("Accounts", "accounts", "a", READ),
    ("Periods", "periods", "p", READ),
    (APPROVALS, "approvals", "o", READ_PROPOSALS),
    ("Audit log", "audit-log", "l", READ_LOG),
    ("Emergency access", "emergency-access", "x", READ_EMERGENCIES),
)


def navigation(
    *, company_code: str, may: Callable[[str], bool], path: str, waiting: str = ""
) -> list[NavigationItem]:
    """Return the links that lead somewhere for this person; the longest one above `path` is current.

    `waiting` is what stands beside the inbox.
    """
    allowed = [
        (title, reverse(f"books:{page}", kwargs={"company_code": company_code}), key)
        for title, page, key, action in _ITEMS
        if may(action)
    ]
    current = max((url for _, url, _ in allowed if path.startswith(url)), key=len, default="")
    return [
        NavigationItem(title, url, key, url == current, waiting if title == APPROVALS else "")
        for title, url, key in allowed
    ]
