# SPDX-License-Identifier: Apache-2.0
"""The doors that may ask for no action, written by hand: a reason in the code alone opens none.

Whoever adds one writes it here too, where a reviewer sees that a door without a lock was made.
"""

MAY_ASK_NOTHING = frozenset(
    {
        # Keys and sources of an author; the signer signs what the database tells that two persons agreed to.
        "command marketplace online-keys",
        "command marketplace_signer",
        # Plugins act for a person, and each of their requests asks.
        "subscriber plugins.handlers",
        "task apps.plugins.queue_due_jobs",
        "task apps.plugins.run",
        # Whoever sent a plugin in, or decided about one, was asked then.
        "task apps.plugins.publish_releases",
        "task apps.plugins.review",
        "task apps.plugins.take_up_reviews",
        # Files and machines: whoever types them has what they look at, and no company's rows are read.
        "command boot",
        "command packs keygen",
        "command packs sign",
        "command packs verify",
        "command report_key",
        "command restore",
        "command schemas write",
        "command verify_access_review",
        "command verify_report",
        # Sealed anew, and the same texts as before.
        "command renew_sealed_fields",
        "command renew_stored_files",
        "command renew_texts",
        "task apps.audit.renew_texts",
        # Handed on as it was committed: who might do it was asked then.
        "command log_mirror copy",
        "subscriber accounting.reopened_periods",
        "subscriber approvals.decided",
        "subscriber approvals.waiting",
        "subscriber webhooks",
        "task apps.audit.advance_log",
        "task apps.audit.mirror_log",
        "task cortex.events.deliver",
        "task cortex.events.deliver_all",
        "task cortex.events.relay",
        "task cortex.events.send_all_webhooks",
        "task cortex.events.send_webhooks",
        "task cortex.events.trim",
        "task cortex.mail.send_due",
        # Asked in the name of whoever wanted it, by what runs inside.
        "task cortex.jobs.run",
        "task cortex.jobs.take_up_abandoned",
        "task cortex.policy_versions.simulate",
        "task cortex.policy_versions.take_up_simulations",
        # Of the installation: what is over, how servers and keys are, links for who is nobody yet.
        "command events status",
        "task cortex.api.forget_idempotency_keys",
        "task cortex.container.check_providers",
        "task cortex.identity.forget_expired_sign_ins",
        "task cortex.identity.send_reset_links",
        "task cortex.secrets.count_key_uses",
        "task cortex.secrets.look_at_keys",
    }
)
