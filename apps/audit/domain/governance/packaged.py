# SPDX-License-Identifier: Apache-2.0
"""The rules that the program brings along: version 0, in force until another version is."""

from apps.audit.domain.governance.rules import AccessRule, FieldRule, GovernanceRules, RetentionRule

YEAR = 366
_BOOKS = "bookkeeping law, such as section 147 of the German Fiscal Code: ten years after the end of the year"
_OPERATION = "legitimate interest: find out what went wrong, and no longer"
_FOUND = "it may name people; whoever posts with a name must find the party"
_SEARCHED = "lists are searched and sorted by it; it is deleted with its subject"
_ENDS = "it is deleted when what it is for is done"
_LOOKED_AT = "people decide by it; it names nobody unless they write a name"


def _kept(data: str, keep_days: int, legal_basis: str) -> RetentionRule:
    return RetentionRule(data=data, keep_days=keep_days, legal_basis=legal_basis, action="delete")


def _clear(why: str, *fields: str) -> tuple[FieldRule, ...]:
    return tuple(FieldRule(field=field, key_class="none", why=why) for field in fields)


PACKAGED = GovernanceRules(
    retention=(
        # Eleven: the tenth year ends up to a year after the day on which an entry counts.
        _kept("accounting.journal_entry_text", 11 * YEAR, _BOOKS),
        _kept("audit.detail", 11 * YEAR, _BOOKS),
        _kept("jobs.job", 2 * YEAR, _OPERATION),
        _kept("policy.decision", 550, "legitimate interest: a year of books and the months of its audit"),
        _kept("identity.known_device", 180, "legitimate interest: tell people of sign-ins from new devices"),
        _kept("plugins.call", 30, _OPERATION),
    ),
    fields=(
        FieldRule(field="audit.AuditDetail.value", key_class="subject", why="reasons may name people"),
        FieldRule(field="storage.StoredFile.content", key_class="object", why="files hold whole journals"),
        FieldRule(field="accounting.PartyName.name", key_class="company", blind_index=True, why=_FOUND),
        *_clear(
            _SEARCHED,
            "accounting.JournalEntryText.narration",
            "accounting.JournalEntryText.line_narrations",
        ),
        *_clear("people sign in and are found by it", "identity.User.username", "identity.User.email"),
        *_clear("people are shown by it", "identity.User.full_name"),
        *_clear(_ENDS, "identity.SignedInSession.device", "identity.SignedInSession.address"),
        *_clear(_ENDS, "identity.AskedReset.email", "identity.Invitation.email"),
        *_clear(_ENDS, "mail.Letter.address", "mail.OutgoingMail.body"),
        *_clear(_LOOKED_AT, "approvals.Proposal.content", "approvals.Proposal.reason"),
        *_clear(_LOOKED_AT, "approvals.Comment.text", "audit.Hold.reason"),
        *_clear(_LOOKED_AT, "break_glass.BreakGlassAccess.reason"),
        *_clear(
            _ENDS, "plugins.PluginCall.message", "plugins.PluginCall.traceback", "plugins.PluginCall.lines"
        ),
        *_clear("plugins search it; it is theirs until they are removed", "plugins.StoredValue.text"),
    ),
    access=(
        AccessRule(data="accounting.journal_entry_text", action="accounting.books.read"),
        AccessRule(data="audit.detail", action="audit.evidence.export"),
        AccessRule(data="jobs.job", action="jobs.job.read"),
        AccessRule(data="policy.decision", action="policy.decision.read"),
        AccessRule(data="identity.known_device", action="identity.session.read"),
        AccessRule(data="plugins.call", action="plugins.call.read"),
    ),
)
