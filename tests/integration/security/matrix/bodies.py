# SPDX-License-Identifier: Apache-2.0
"""What is sent to the doors: a body with which whoever may do it gets it done.

A door that complains about the body tells nothing of who gets in: what is wrong may be found before or after
the right to do it is asked.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from apps.plugins.domain.marketplace.checklist import POINTS
from tests.factories.books import BANK, SALES
from tests.factories.installed_plugins import key_text
from tests.factories.plugin_bundles import STRANGER
from tests.factories.programs import CALLBACK
from tests.factories.publishing import SOURCES, manifest_text, sent_in
from tests.integration.cortex.policy_versions.people import NO_CLERKS
from tests.integration.security.matrix.longest import longest

VALUE = re.compile(r"{(\w+)}")
Bodies = Mapping[str, Mapping[str, Any]]
AMOUNT = "1.00"
ENTRY = {
    "accounting_date": "2026-03-15",
    "narration": "A sale",
    "lines": [{"account": BANK, "debit": AMOUNT}, {"account": SALES, "credit": AMOUNT}],
}
JOURNAL = f"""reference,accounting_date,party,narration,account,debit,credit,currency
M-1,2026-03-15,,A sale,{BANK},{AMOUNT},,EUR
M-1,2026-03-15,,A sale,{SALES},,{AMOUNT},EUR
""".encode()
SCHEMA = {"schema": '{"type": "string"}', "schemaType": "JSON"}
REASON = {"reason": "The clerk is ill today"}
ROLES = {"roles": ["viewer"]}
ACCEPTED = {
    "accepted": ["data:accounting.journal_entry#read#number", "event.in:accounting.journal_entry.posted.v1"]
}
KEY = {"role": "publisher", "publisher": "org.other", "key": key_text(STRANGER).decode()}

SENT_IN = sent_in(manifest=manifest_text(version="9.0.0"), sources=SOURCES, key=1)

# By the end of a call's name. Text in braces stands for a value of the stage.
OF_PROGRAMS: Bodies = {
    ":approve": {"digest": "{digest}"},
    ":reject": {"digest": "{digest}", **REASON},
    ":batch": {"entries": [ENTRY]},
    ":discard": REASON,
    ":open": REASON,
    ":rollback": ACCEPTED,
    ":upgrade": {"version": "1.2.0", **ACCEPTED},
    ":configure": {"settings": {"limit": 7}},
    "/plugins/{plugin_id}:disable": REASON,
    "/plugins/{plugin_id}:remove": REASON,
    "/plugins/versions/{plugin_version_id}:revoke": REASON,
    "/plugins/keys/{keyid}:revoke": REASON,
    "/plugins/keys": KEY,
    "/plugins/switches": {"is_off": True, **REASON},
    "/plugins": {"plugin": "com.example.other", "version": "1.0.0", **ACCEPTED},
    ":review": {"comment": "Seen"},
    ":roll-back": {"number": "{number}", **REASON},
    ":second-person": {"is_required": False},
    "/accounts": {"code": "Assets:Till", "name": "Till", "type": "asset"},
    "/accounts/{account_code}": {"name": "Bank of the town"},
    "/approval-delegations": {"to_user_id": "{user_id}", "ends_at": "{tomorrow}T00:00:00Z"},
    "/approval-limits": {"role": "accountant", "entry_limit_minor": 1},
    "/comments": {"text": "Seen"},
    "/config": {"compatibility": "BACKWARD"},
    "/config/{subject}": {"compatibility": "BACKWARD"},
    "/emergency-access": REASON,
    "/fiscal-years": {"day": "2027-03-15"},
    "/invitations": {"email": "new@example.org", **ROLES},
    "/journal-entries": ENTRY,
    "/journal-imports": {"journal": JOURNAL},
    "/members/{username}": ROLES,
    "/marketplace/publishers": {
        "namespace": "org.matrix",
        "name": "Matrix",
        "contact": "mailto:a@example.org",
    },
    "/marketplace/submissions": {
        "archive": SENT_IN.archive,
        "statement": SENT_IN.statement,
        "channel": "stable",
    },
    "/keys": {"public_key": "{}"},
    "/keys/{keyid}:revoke": REASON,
    "/keys/{keyid}:verify": {"statement": "{}"},
    "/submissions/{submission_id}:confirm": {"attestation": "{}"},
    "/policies/versions": {"text": NO_CLERKS},
    "/schemas/subjects/{subject}": SCHEMA,
    "/versions": SCHEMA,
    "/versions/{version}": SCHEMA,
    "/webhooks": {"url": "https://receiver.example/"},
}
OF_PAGES: Bodies = {
    "/pluginswitch/switch-off/": REASON,
    "/approve/": {"digest": "{digest}"},
    "/approvals/delegations/": {
        "delegate": "{user_id}",
        "first_day": "{tomorrow}",
        "last_day": "{tomorrow}",
    },
    "/approvals/limits/": {"subject": "role:accountant", "amount": AMOUNT},
    "/comment/": {"text": "Seen"},
    "/decide/": {"digest": "{digest}", "decision": "reject", **REASON},
    "/emergency-access/": {**REASON, "minutes": "60"},
    "/entries/new/": {
        "key": "0193e000-0000-7000-8000-000000000001",
        "accounting_date": "2026-03-15",
        "narration": "A sale",
        "account": [BANK, SALES],
        "party": ["", ""],
        "memo": ["", ""],
        "debit": [AMOUNT, ""],
        "credit": ["", AMOUNT],
    },
    "/import/": {"journal": JOURNAL},
    "/invitations/": {"email": "new@example.org", **ROLES},
    "/open-year/": {"day": "2027-03-15"},
    "/open/": {"currency": "EUR", "start_month": "1", "locale": "en"},
    "/packaged/": REASON,
    "/pki/certificate/{certificate_id}/revoke/": {"keeper": "files"},
    "/platformreview/open/": {"due_date": "{tomorrow}", **REASON},
    "/periods/{period_code}/": {"wanted": "soft_closed", **REASON, "is_confirmed": "on"},
    "/reverse/": {"accounting_date": "2026-03-15"},
    "/review/": {"comment": "Seen"},
    "/roles/": ROLES,
    "/write/": {"text": NO_CLERKS, "note": "Stricter"},
}
# What is asked for in the address, without which there is nothing to show.
QUERIES: Bodies = {
    "/policies/versions/{number}/difference": {"before": "0"},
    "/plugins/{plugin_id}/difference": {"version": "1.2.0"},
    "/plugins/{plugin_id}/{endpoint}": {"company": "{company_code}"},
    "/reports/general-ledger": {"account": BANK},
}
# Pages of the administration, which are named by their rows.
OF_ROWS: Bodies = {
    "access_reviews.accessreview cancel": REASON,
    "approvals.proposal approve": {"digest": "{digest}"},
    "approvals.proposal comment": {"text": "Seen"},
    "approvals.proposal reject": {"digest": "{digest}", **REASON},
    "access_reviews.accessreview open": {"company": "{company_id}", "due_date": "{tomorrow}", **REASON},
    "access_reviews.platformreview open": {"due_date": "{tomorrow}", **REASON},
    "audit.erasure erase": {
        "company": "{company_id}",
        "subject_type": "audit.object",
        "subject_id": "{entry_id}",
        **REASON,
    },
    "audit.erasure hand-out": {
        "company": "{company_id}",
        "subject_type": "audit.object",
        "subject_id": "{entry_id}",
    },
    "audit.hold lift": REASON,
    "audit.hold place": {"company": "{company_id}", **REASON},
    "audit.compliancepack bring-in": {"pack": "iso-27001-2022"},
    "audit.controlexception ask": {
        "control": "soc2-2017-rev2022/CC6.1",
        "ends_date": "{tomorrow}",
        **REASON,
    },
    "audit.controlexception end": REASON,
    "audit.procedurerecord record": {
        "procedure": "soc2-2017-rev2022/governance.policies",
        "performed_date": "2026-01-01",
        "outcome": "passed",
        "method": "EXAMINE",
        "note": "Seen",
    },
    "events.helddelivery discard": REASON,
    "events.helddelivery replay": {
        "company": "{company_id}",
        "subscriber": "webhooks",
        "recorded_from": "2026-01-01T00:00",
        "recorded_until": "2026-01-02T00:00",
    },
    "events.webhookendpoint create": {
        "company": "{company_id}",
        "url": "https://receiver.example/",
        "event_types": "*",
    },
    "events.webhookendpoint deactivate": REASON,
    "identity.membership roles": ROLES,
    "plugins.problemreport answer": {"answer": "Seen"},
    "plugins.publisher confirm": {"seen": "A record of DNS"},
    "plugins.release revoke": REASON,
    "plugins.release yank": REASON,
    "plugins.submission approve": dict.fromkeys(POINTS, "on"),
    "plugins.submission reject": REASON,
    "identity.user change-address": {"address": "new@example.org"},
    "identity.user give-role": {"role": "plugin-reviewer"},
    "identity.user take-role": {"role": "plugin-reviewer"},
    "oauth2_provider.application create": {"client_id": "new", "name": "New", "kind": "device"},
    "oauth2_provider.application rotate-secret": {"overlap_hours": "24"},
    "oauth2_provider.application terms": {
        "name": "Matrix",
        "scopes": ["accounting:read"],
        "redirect_uris": CALLBACK,
    },
    "pki.certificate revoke": {"keeper": "files"},
    "plugins.installation install": {
        "company": "{company_id}",
        "version": "{plugin_version_id}",
        "accepts": "on",
    },
    "plugins.installation settings": {"limit": "7", "mode": "strict"},
    "plugins.installation upgrade": {"version": "1.2.0", "accepts": "on"},
    "plugins.installation rollback": {"accepts": "on"},
    "plugins.installation disable": REASON,
    "plugins.installation remove": REASON,
    "plugins.pluginversion revoke": REASON,
    "plugins.trustedkey revoke": REASON,
    "plugins.trustedkey trust": KEY,
    "plugins.pluginswitch switch-off": REASON,
    "plugins.pluginswitch switch-on": {"plugin": "com.example.none", **REASON},
    "policy.policyversion approve": {"digest": "{digest}"},
    "policy.policyversion roll-back": REASON,
}


def body_for(name: str, *, given: Bodies, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what is sent by the call of this name; `given` goes before what stands here."""
    of_here = OF_PAGES if " /books/" in name or " /accounts/" in name or " /admin/" in name else OF_PROGRAMS
    known = of_here if " /" in name else OF_ROWS
    found = longest(given, name) or longest(known, name) or {}
    return {
        name: VALUE.sub(lambda found: values[found[1]], part) if isinstance(part, str) else part
        for name, part in found.items()
    }


def query_for(name: str) -> str:
    """Return what the call of this name asks for in its address."""
    found = longest(QUERIES, name)
    return f"?{urlencode(found)}" if found else ""
