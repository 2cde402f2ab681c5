# SPDX-License-Identifier: Apache-2.0
"""How the administration looks: pages grouped by context, in the order in which people look for them."""

from typing import Any

from django.templatetags.static import static

from cortex.backoffice.navigation import list_item, page_item, platform_item


def _group(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "collapsible": False, "items": list(items)}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Codexion Cortex",
    "SITE_HEADER": "Codexion Cortex",
    "SITE_SUBHEADER": "Administration",
    "SITE_SYMBOL": "account_balance",
    "SITE_URL": "/books/",
    "STYLES": [lambda request: static("backoffice/backoffice.css")],
    "SHOW_VIEW_ON_SITE": False,
    # The palette finds pages, never rows: it would search every table at each key stroke.
    "COMMAND": {"search_models": False, "search_callback": None, "show_history": False},
    "SIDEBAR": {
        "show_search": True,
        "command_search": False,
        "show_all_applications": False,
        "navigation": [
            _group(
                "Accounting",
                list_item("Ledgers", model="accounting.ledger", icon="menu_book"),
                list_item("Journal entries", model="accounting.journalentry", icon="receipt_long"),
                list_item("Accounts", model="accounting.account", icon="account_tree"),
                list_item("Parties", model="accounting.partyname", icon="groups"),
                list_item("Journals", model="accounting.journal", icon="book"),
                list_item("Fiscal years", model="accounting.fiscalyear", icon="calendar_today"),
                list_item("Fiscal periods", model="accounting.fiscalperiod", icon="calendar_month"),
            ),
            _group(
                "Audit",
                list_item("Audit entries", model="audit.auditentry", icon="verified"),
                list_item("Legal holds", model="audit.hold", icon="lock"),
                list_item("Erasures", model="audit.erasure", icon="ink_eraser"),
                list_item("Due, done, held", model="audit.retentionrun", icon="auto_delete"),
                list_item("Nights", model="audit.retentionnight", icon="bedtime"),
                list_item("Rules of governance", model="audit.governanceversion", icon="gavel"),
                list_item("Checks of the rules", model="audit.governancecheck", icon="rule_settings"),
                platform_item(
                    "State of the log",
                    url_name="audit_log_state",
                    action="audit.log.read_bundles",
                    icon="monitor_heart",
                ),
                platform_item(
                    "How controls stand",
                    url_name="compliance_posture",
                    action="audit.compliance.read",
                    icon="checklist",
                ),
                list_item("Compliance packs", model="audit.compliancepack", icon="inventory_2"),
                list_item("Runs of checks", model="audit.checkrun", icon="play_circle"),
                list_item("Results of checks", model="audit.checkresult", icon="fact_check"),
                list_item("Exceptions", model="audit.controlexception", icon="event_busy"),
                list_item("Done by hand", model="audit.procedurerecord", icon="front_hand"),
            ),
            _group(
                "Plugins",
                list_item("Plugins of companies", model="plugins.installation", icon="extension"),
                list_item("Calls", model="plugins.plugincall", icon="bolt"),
                list_item("Runs", model="plugins.pluginrun", icon="pending_actions"),
                list_item("Versions", model="plugins.pluginversion", icon="deployed_code"),
                list_item("Keys that sign", model="plugins.trustedkey", icon="key"),
                list_item("Kill-switch", model="plugins.pluginswitch", icon="power_settings_new"),
            ),
            _group(
                "Marketplace",
                list_item("Review queue", model="plugins.submission", icon="rate_review"),
                list_item("Releases", model="plugins.release", icon="new_releases"),
                list_item("Publishers", model="plugins.publisher", icon="storefront"),
                list_item("Problem reports", model="plugins.problemreport", icon="report"),
            ),
            _group(
                "Companies and people",
                list_item("Companies", model="tenancy.company", icon="domain"),
                list_item("Users", model="identity.user", icon="person"),
                list_item("Memberships", model="identity.membership", icon="badge"),
                list_item("Invitations", model="identity.invitation", icon="forward_to_inbox"),
                list_item("Limits", model="approvals.entrylimit", icon="speed"),
                list_item("Sessions", model="identity.signedinsession", icon="devices"),
                list_item("Access reviews", model="access_reviews.accessreview", icon="fact_check"),
                list_item("Platform reviews", model="access_reviews.platformreview", icon="fact_check"),
                list_item("Emergency access", model="break_glass.breakglassaccess", icon="emergency_home"),
                list_item("Changes made here", model="admin.logentry", icon="history"),
            ),
            _group(
                "Policies",
                list_item("Versions", model="policy.policyversion", icon="policy"),
                list_item("Waiting for approval", model="approvals.proposal", icon="approval"),
                list_item("Put in force", model="policy.policyactivation", icon="published_with_changes"),
                page_item("Who can do what", url_name="rights", icon="rule"),
                list_item("Decisions", model="policy.policydecision", icon="gavel"),
                page_item("Decisions on the platform", url_name="platform_decisions", icon="balance"),
            ),
            _group(
                "Programs",
                list_item("OAuth2 clients", model="oauth2_provider.application", icon="apps"),
                list_item("What people allow", model="programs.authorization", icon="handshake"),
                list_item("Access tokens", model="oauth2_provider.accesstoken", icon="key"),
                list_item("Keys that sign", model="programs.signingkey", icon="draw"),
                list_item("Idempotency keys", model="api.idempotencykey", icon="fingerprint"),
                list_item("Grants on objects", model="guardian.userobjectpermission", icon="lock_person"),
            ),
            _group(
                "Events",
                list_item("Outbox", model="events.outboxevent", icon="outbox"),
                list_item("Deliveries on hold", model="events.helddelivery", icon="pending_actions"),
                list_item("Webhooks", model="events.webhookendpoint", icon="webhook"),
                list_item("Webhook deliveries", model="events.webhookdelivery", icon="send"),
            ),
            _group(
                "Operation",
                platform_item(
                    "Providers", url_name="providers", action="backoffice.platform.look", icon="hub"
                ),
                list_item("Certificates", model="pki.certificate", icon="encrypted"),
                list_item("Versions of keys", model="secrets.keysighting", icon="key"),
                list_item("Uses of keys", model="secrets.keyuse", icon="key_vertical"),
                list_item("Counts of uses of keys", model="secrets.keyusecount", icon="calculate"),
                list_item("Backups", model="backups.backup", icon="backup"),
                list_item("Restores compared", model="backups.verification", icon="settings_backup_restore"),
                list_item("Jobs", model="jobs.job", icon="work_history"),
                list_item("Outgoing mail", model="mail.outgoingmail", icon="mail"),
                list_item("Stored files", model="storage.storedfile", icon="folder"),
                list_item("Periodic tasks", model="django_celery_beat.periodictask", icon="schedule"),
                list_item("Intervals", model="django_celery_beat.intervalschedule", icon="timer"),
                list_item("Crontabs", model="django_celery_beat.crontabschedule", icon="event_repeat"),
            ),
        ],
    },
}
