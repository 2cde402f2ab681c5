# SPDX-License-Identifier: Apache-2.0
"""What is done by the clock: each task, and every how many seconds."""

from typing import Any

# A worker that was away must not find a heap of them: one is as good as a hundred.
_OF_EVENTS = {"queue": "events", "expire_seconds": 5}

SCHEDULE: dict[str, dict[str, Any]] = {
    "take-up-abandoned-jobs": {"task": "cortex.jobs.take_up_abandoned", "schedule": 30.0},
    "take-up-abandoned-simulations": {"task": "cortex.policy_versions.take_up_simulations", "schedule": 30.0},
    "take-up-abandoned-reviews": {"task": "apps.plugins.take_up_reviews", "schedule": 30.0},
    "publish-releases-of-plugins": {
        "task": "apps.plugins.publish_releases",
        "schedule": 60.0,
        "options": {"queue": "plugins", "expire_seconds": 60},
    },
    "forget-expired-sign-ins": {"task": "cortex.identity.forget_expired_sign_ins", "schedule": 3600.0},
    "send-reset-links": {
        "task": "cortex.identity.send_reset_links",
        "schedule": 5.0,
        "options": {"expire_seconds": 5},
    },
    "take-back-roles-of-gone-rules": {"task": "cortex.identity.take_back_roles", "schedule": 300.0},
    "forget-idempotency-keys": {"task": "cortex.api.forget_idempotency_keys", "schedule": 3600.0},
    "purge-tokens": {"task": "cortex.programs.purge_tokens", "schedule": 3600.0},
    "look-at-keys": {
        "task": "cortex.secrets.look_at_keys",
        "schedule": 300.0,
        "options": {"expire_seconds": 300},
    },
    "count-key-uses": {
        "task": "cortex.secrets.count_key_uses",
        "schedule": 300.0,
        "options": {"expire_seconds": 300},
    },
    "rotate-signing-key": {"task": "cortex.programs.rotate_key_if_due", "schedule": 86400.0},
    "check-providers": {
        "task": "cortex.container.check_providers",
        "schedule": 30.0,
        "options": {"expire_seconds": 30},
    },
    "keep-backups": {"task": "cortex.backups.keep", "schedule": 86400.0},
    "remind-of-access-reviews": {"task": "cortex.access_reviews.remind", "schedule": 3600.0},
    "delete-what-is-due": {"task": "apps.audit.apply_retention", "schedule": 86400.0},
    "check-rules-of-governance": {"task": "apps.audit.check_governance", "schedule": 86400.0},
    "renew-texts-of-the-log": {"task": "apps.audit.renew_texts", "schedule": 86400.0},
    "compare-books-and-log": {"task": "apps.audit.reconcile_documents", "schedule": 86400.0},
    "compare-log-and-signed-tree": {"task": "apps.audit.compare_log", "schedule": 86400.0},
    "renew-metadata-of-the-marketplace": {
        "task": "apps.plugins.renew_metadata",
        "schedule": 900.0,
        "options": {"expire_seconds": 900},
    },
    "refresh-repositories-of-plugins": {"task": "apps.plugins.refresh_repositories", "schedule": 86400.0},
    "seal-denials": {
        "task": "apps.audit.seal_denials",
        "schedule": 300.0,
        "options": {"expire_seconds": 300},
    },
    "compare-denials-and-seals": {"task": "apps.audit.compare_denials", "schedule": 86400.0},
    "check-plugins": {"task": "apps.plugins.check_plugins", "schedule": 86400.0},
    "run-due-checks": {"task": "apps.audit.run_due_checks", "schedule": 900.0},
    "send-mail": {
        "task": "cortex.mail.send_due",
        "schedule": 10.0,
        "options": {"expire_seconds": 10},
    },
    "record-emergency-access-that-is-over": {
        "task": "cortex.break_glass.record_expired",
        "schedule": 60.0,
        "options": {"expire_seconds": 60},
    },
    "expire-proposals": {
        "task": "cortex.approvals.expire",
        "schedule": 60.0,
        "options": {"expire_seconds": 60},
    },
    "relay-events": {"task": "cortex.events.relay", "schedule": 1.0, "options": _OF_EVENTS},
    "deliver-events": {"task": "cortex.events.deliver_all", "schedule": 5.0, "options": _OF_EVENTS},
    "trim-events": {"task": "cortex.events.trim", "schedule": 60.0, "options": _OF_EVENTS},
    "send-webhooks": {"task": "cortex.events.send_all_webhooks", "schedule": 2.0, "options": _OF_EVENTS},
    "advance-log": {
        "task": "apps.audit.advance_log",
        "schedule": 2.0,
        # A queue and a process of its own: what takes long elsewhere must not keep trees from being signed.
        "options": {"queue": "log", "expire_seconds": 2},
    },
    "mirror-log": {
        "task": "apps.audit.mirror_log",
        "schedule": 60.0,
        "options": {"queue": "reports", "expire_seconds": 60},
    },
    "queue-jobs-of-plugins": {
        "task": "apps.plugins.queue_due_jobs",
        "schedule": 30.0,
        # Not on the queue of plugins: a slow one must not keep the others' minutes from coming.
        "options": {"queue": "events", "expire_seconds": 30},
    },
    "seal-logs": {
        "task": "apps.audit.seal_logs",
        "schedule": 60.0,
        "options": {"queue": "events", "expire_seconds": 60},
    },
}
