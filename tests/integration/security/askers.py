# SPDX-License-Identifier: Apache-2.0
"""In whose name commands, tasks and jobs ask, and whose jobs are done; each row by hand."""

# Commands ask as the console, and as the person of `--as` where a run names one.
CONSOLE, PERSON = "service:console", "person"
SCHEDULER, FEDERATION = "service:scheduler", "service:federation"

# Tasks that ask. The others carry on what was asked before: events, mail, files and jobs on their way.
TASKS = {
    "apps.audit.apply_retention": SCHEDULER,
    "apps.audit.check_governance": SCHEDULER,
    "apps.audit.compare_denials": SCHEDULER,
    "apps.audit.compare_log": SCHEDULER,
    "apps.audit.reconcile_documents": SCHEDULER,
    "apps.audit.run_due_checks": SCHEDULER,
    "apps.audit.seal_denials": SCHEDULER,
    "apps.audit.seal_logs": SCHEDULER,
    "apps.plugins.check_plugins": SCHEDULER,
    "apps.plugins.refresh_repositories": SCHEDULER,
    "apps.plugins.renew_metadata": SCHEDULER,
    "cortex.access_reviews.remind": SCHEDULER,
    "cortex.approvals.expire": SCHEDULER,
    "cortex.backups.keep": SCHEDULER,
    "cortex.break_glass.record_expired": SCHEDULER,
    "cortex.identity.take_back_roles": FEDERATION,
    "cortex.programs.purge_tokens": SCHEDULER,
    "cortex.programs.rotate_key_if_due": SCHEDULER,
}

# By kind of job, the members for whom a worker does it: the right is asked for once more when it is begun.
ROLES = ("viewer", "clerk", "accountant", "controller", "auditor", "administrator")
JOBS = {
    "accounting.import_journal": {"accountant", "controller"},
    "audit.renew_keys": {"controller", "administrator"},
}
