# SPDX-License-Identifier: Apache-2.0
"""Every run of a command, with the arguments that lead it past its questions; each row by hand."""

from uuid import uuid4

import pyrage

NOBODY = str(uuid4())
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
PERIOD = ("--company", "ACME", "--period")
IMPORT = ("--company", "SHOP", "--accounts", "{accounts}", "--journal", "{journal}")
GENERATE = ("--company", "NEW", "--create", "--currency", "EUR", "--entries", "3", "--seed", "1")
OF_ACME = ("--company", "ACME")
CLERK = (*OF_ACME, "--role", "clerk", "--amount-minor")
DAY = ("--from", "2026-01-01", "--to", "2026-01-02")

# (command, verb): its runs. What a run refuses after it has asked says nothing here.
RUNS: dict[tuple[str, str], list[tuple[str, ...]]] = {
    ("create_user", "*"): [("dana",), ("rita", "--platform-administrator")],
    ("platform_role", "grant"): [("grant", "--user", "dana", "--role", "plugin-reviewer")],
    ("platform_role", "revoke"): [("revoke", "--user", "dana", "--role", "plugin-reviewer")],
    ("grant_membership", "*"): [("--user", "dana", *OF_ACME, "--role", "viewer")],
    ("revoke_membership", "*"): [("--user", "dana", *OF_ACME)],
    ("one_time_sign_in", "*"): [("--user", "anna")],
    ("people", "*"): [
        (verb, "--user", "dana")
        for verb in ("end-sessions", "remove-factors", "end-pause", "deactivate", "reactivate")
    ],
    ("create_client", "*"): [("--client", "web", "--kind", "native", "--redirect-uri", "http://127.0.0.1/c")],
    ("token", "*"): [("--client", "web", "--scope", "accounting:read")],
    ("oauth_clients", "list"): [("list",)],
    ("oauth_clients", "enable"): [("enable", "web")],
    ("oauth_clients", "disable"): [("disable", "web")],
    ("oauth_clients", "revoke"): [("revoke", "web")],
    ("oauth_clients", "rotate-secret"): [("rotate-secret", "web")],
    ("oauth_clients", "change"): [("change", "web", "--name", "Web")],
    ("oauth_keys", "list"): [("list",)],
    ("oauth_keys", "rotate"): [("rotate",)],
    ("oauth_keys", "publish"): [("publish",)],
    ("oauth_keys", "withdraw"): [("withdraw", "none")],
    ("purge_tokens", "*"): [()],
    ("prepare", "*"): [()],
    ("migrate", "*"): [("--verbosity", "0")],
    ("schemas", "write"): [("write",)],
    ("schemas", "register"): [("register",)],
    ("schemas", "list"): [("list",)],
    ("schemas", "mode"): [("mode", "BACKWARD")],
    ("boot", "*"): [("report",)],
    ("explain_access", "*"): [
        (*OF_ACME, "--as", "anna", "--action", "accounting.books.read"),
        ("--as", "anna", "--action", "policy.version.read"),
    ],
    ("certificates", "record"): [("record", "--directory", "{authority}")],
    ("certificates", "list"): [("list", "--directory", "{authority}")],
    ("certificates", "revoke"): [("revoke", "1", "--directory", "{authority}")],
    ("set_limit", "*"): [
        (*OF_ACME, "--second-person", "required"),
        (*CLERK, "100", "--as", "anna"),
        (*CLERK, "200", "--as", "anna"),
    ],
    ("approvals", "list"): [(*OF_ACME, "list")],
    ("approvals", "show"): [(*OF_ACME, "show", NOBODY)],
    ("approvals", "approve"): [(*OF_ACME, "--as", "carl", "approve", "{proposal 0}", "--digest", "x")],
    ("approvals", "reject"): [
        (*OF_ACME, "--as", "carl", "reject", "{proposal 0}", "--digest", "x", "--reason", "No")
    ],
    ("privacy", "list"): [(*OF_ACME, "list")],
    ("privacy", "export"): [(*OF_ACME, "export", "audit.object", NOBODY, "--out", "{signature}")],
    ("privacy", "hold"): [(*OF_ACME, "--as", "anna", "hold", "--reason", "A lawsuit")],
    ("privacy", "lift"): [(*OF_ACME, "--as", "anna", "lift", NOBODY, "--reason", "Over")],
    ("privacy", "erase"): [
        (*OF_ACME, "--as", "anna", "erase", "audit.object", NOBODY, "--reason", "Request")
    ],
    ("seal_logs", "*"): [("{accounts}",)],
    ("log_mirror", "copy"): [("copy",)],
    ("log_mirror", "verify"): [("verify",)],
    ("renew_texts", "*"): [()],
    ("renew_sealed_fields", "*"): [()],
    ("renew_keys", "*"): [OF_ACME, (*OF_ACME, "--new-data-keys")],
    ("governance", "list"): [("list",)],
    ("governance", "show"): [("show", "0")],
    ("governance", "write"): [("write", "--file", "{policies}")],
    ("governance", "check"): [("check",)],
    ("governance", "activate"): [("--as", "anna", "activate", "0", "--reason", "As before")],
    ("evidence", "export"): [
        ("export", *OF_ACME, "--out", "{signature}", "--wait", "0"),
        ("export", *OF_ACME, "--with-compliance", "--out", "{signature}", "--wait", "0"),
        ("export", *OF_ACME, "--with-denied", "--out", "{signature}", "--wait", "0"),
    ],
    ("evidence", "export-controls"): [
        ("export-controls", "--out", "{signature}"),
        ("export-controls", "--with-denied", "--out", "{signature}"),
    ],
    # The leaf is another one each time: who may see it is asked before it is sought.
    ("evidence", "export-leaves"): [
        ("export-leaves", "--leaf", NOBODY, "--out", "{signature}"),
        ("export-leaves", *OF_ACME, "--leaf", NOBODY, "--out", "{signature}"),
    ],
    ("evidence", "export-log"): [("export-log", "--out", "{signature}")],
    ("backup", "*"): [("--out", "{signature}", "--recipient", RECIPIENT)],
    ("restore", "*"): [("{accounts}", "--identity", "{identity}", "--database", "none")],
    ("verify_restore", "*"): [("{backup}", "--identity", "{identity}", "--database", "{database}")],
    ("break_glass", "open"): [(*OF_ACME, "--as", "anna", "open", "--reason", "The clerk is ill today")],
    ("break_glass", "list"): [(*OF_ACME, "list")],
    ("break_glass", "end"): [(*OF_ACME, "end", NOBODY)],
    ("break_glass", "review"): [(*OF_ACME, "--as", "carl", "review", NOBODY, "--comment", "Seen")],
    ("webhooks", "add"): [(*OF_ACME, "add", "https://receiver.example/")],
    ("webhooks", "list"): [(*OF_ACME, "list")],
    ("webhooks", "deliveries"): [(*OF_ACME, "deliveries")],
    **{
        ("webhooks", verb): [(*OF_ACME, verb, NOBODY)]
        for verb in ("activate", "deactivate", "rotate", "remove", "resend")
    },
    ("events", "status"): [("status",)],
    ("events", "held"): [("held", *OF_ACME)],
    ("events", "replay"): [("replay", *DAY, "--subscriber", "webhooks", *OF_ACME)],
    ("events", "retry"): [("retry", NOBODY, *OF_ACME)],
    ("events", "discard"): [("discard", NOBODY, *OF_ACME, "--reason", "No")],
    ("renew_stored_files", "*"): [()],
    ("verify_access_review", "*"): [("{accounts}",)],
    ("plugins", "trust-key"): [("trust-key", "{accounts}", "--publisher", "org.other")],
    ("plugins", "revoke-key"): [("revoke-key", "0", "--reason", "No")],
    ("plugins", "keys"): [("keys",)],
    ("plugins", "add"): [("add", "{accounts}")],
    ("plugins", "versions"): [("versions",)],
    ("plugins", "revoke"): [("revoke", "com.example.none==1.0.0", "--reason", "No")],
    ("plugins", "switch-off"): [("switch-off", "com.example.none", "--reason", "No")],
    ("plugins", "switch-on"): [("switch-on", "com.example.none", "--reason", "No")],
    ("plugins", "check"): [("check",)],
    ("plugins", "list"): [("list", *OF_ACME)],
    **{
        ("plugins", verb): [(verb, *OF_ACME, "--as", "anna", "com.example.none==1.0.0")]
        for verb in ("install", "upgrade", "rollback", "enable", "settings")
    },
    **{
        ("plugins", verb): [(verb, *OF_ACME, "com.example.none", "--reason", "No")]
        for verb in ("disable", "remove")
    },
    # It has no memory, and ends before it serves.
    ("marketplace_signer", "*"): [("--directory", "{authority}", "--socket", "{authority}/s", "--new-keys")],
    ("marketplace", "online-keys"): [("online-keys",)],
    ("marketplace", "install-root"): [("install-root", "{accounts}")],
    ("marketplace", "export"): [("export", "--plugin", "com.example.guard", "{signature}")],
    ("marketplace", "trust"): [("trust", "plugins", "--root", "{accounts}")],
    ("marketplace", "repositories"): [("repositories",)],
    ("marketplace", "refresh"): [("refresh",)],
    ("marketplace", "fetch"): [("fetch", "com.example.guard", "--repository", "none")],
    ("marketplace", "import"): [("import", "{accounts}", "--repository", "none")],
    ("policy", "list"): [("list",)],
    ("packs", "list"): [("list",)],
    ("packs", "install"): [("--as", "anna", "install", "soc2-2017-rev2022")],
    ("packs", "run"): [("run",)],
    ("packs", "posture"): [("posture",)],
    ("packs", "record"): [
        ("record", "demo", "none", "--on", "2026-01-01", "--outcome", "passed", "--note", "x")
    ],
    ("packs", "end-exception"): [("end-exception", NOBODY, "--reason", "No")],
    ("packs", "keygen"): [("keygen", "packs.example.com", "{signature}")],
    ("packs", "sign"): [("sign", "{accounts}", "--key", "{signature}", "--name", "packs.example.com")],
    ("packs", "verify"): [("verify", "soc2-2017-rev2022")],
    ("policy", "check"): [("check",)],
    ("policy", "matrix"): [("matrix",)],
    ("policy", "show"): [("show", "0")],
    ("policy", "packaged"): [("packaged",)],
    ("policy", "draft"): [("--as", "anna", "draft", "--file", "{policies}")],
    ("policy", "diff"): [("diff", "0", "1")],
    ("policy", "validate"): [("validate", "1")],
    ("policy", "simulate"): [("simulate", "1")],
    ("policy", "approve"): [("--as", "carl", "approve", "1")],
    ("policy", "activate"): [("activate", "1", "--reason", "No")],
    ("policy", "rollback"): [("rollback", "0", "--reason", "No")],
    ("report_key", "*"): [()],
    ("verify_report", "*"): [("{accounts}", "{journal}")],
    ("share", "*"): [(*OF_ACME, "--account", "Assets:Bank", "--with", "anna")],
    ("close_period", "*"): [(*PERIOD, "2026-01")],
    ("open_period", "*"): [(*PERIOD, "2026-01", "--reason", "No")],
    ("lock_period", "*"): [(*PERIOD, "2026-01")],
    ("trial_balance", "*"): [(*OF_ACME, "--signature", "{signature}")],
    ("import_journal", "*"): [(*IMPORT, "--create", "--currency", "EUR")],
    ("generate", "*"): [GENERATE],
    ("create_demo", "*"): [()],
}
