# SPDX-License-Identifier: Apache-2.0
"""Refusals of the books, one class a cause."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class EntryMustBalance(CortexError):
    """Debits and credits of an entry differ."""

    code = "accounting.entry_must_balance"


class EntryMustHaveTwoLines(CortexError):
    """Double entry needs at least two lines."""

    code = "accounting.entry_must_have_two_lines"


class EntryMustNotBeTooLong(CortexError):
    """An entry has more lines, or a longer text, than the books take."""

    code = "accounting.entry_must_not_be_too_long"


class LineMustMoveMoney(CortexError):
    """A line of zero, or beyond what a line can carry."""

    code = "accounting.line_amount_must_be_in_range"


class CurrencyMustBeTheLedgers(CortexError):
    """A line in another currency needs a rate, which the books do not keep yet."""

    code = "accounting.currency_must_be_the_ledgers"


class AccountMustExist(CortexError):
    """The chart has no account of this code."""

    code = "accounting.account_must_exist"


class AccountMustBeActive(CortexError):
    """The account was deactivated."""

    code = "accounting.account_must_be_active"


class AccountMustKeepItsType(Conflict):
    """The chart has this code with another type."""

    code = "accounting.account_must_keep_its_type"


class PeriodMustBeOpen(CortexError):
    """No period of the calendar takes postings on this date."""

    code = "accounting.period_must_be_open"


class PeriodStateMustAllowTheChange(Conflict):
    """A locked period stays locked; a state is not changed into itself."""

    code = "accounting.period_state_must_allow_the_change"


class FiscalYearsMustNotOverlap(Conflict):
    """Another fiscal year covers some of these days."""

    code = "accounting.fiscal_years_must_not_overlap"


class ReferenceMustKeepItsContent(Conflict):
    """An entry of this journal has the reference already and says something else."""

    code = "accounting.reference_must_keep_its_content"


class ReferenceMustBeUniqueInTheBatch(CortexError):
    """Two entries of one call carry the same reference."""

    code = "accounting.reference_must_be_unique_in_the_batch"


class EntryMustNotBeReversedTwice(Conflict):
    """The entry was reversed before."""

    code = "accounting.entry_must_not_be_reversed_twice"


class ReversalMustNotPrecedeItsEntry(CortexError):
    """A correction cannot count before what it corrects."""

    code = "accounting.reversal_must_not_precede_its_entry"


class EntryMustExist(NotFound):
    """No entry of this id can be seen."""

    code = "accounting.entry_must_exist"


class WholeEntryMustBeVisible(CortexError):
    """A proof contains all that the document says, and so an entry that is hidden from this reader."""

    code = "accounting.whole_entry_must_be_visible"
    status = 403


class WholeBooksMustBeVisible(CortexError):
    """Sums over all entries are for those who may see all entries."""

    code = "accounting.whole_books_must_be_visible"
    status = 403


class PeriodMustExist(NotFound):
    """No period of this code can be seen."""

    code = "accounting.period_must_exist"


class JournalMustExist(NotFound):
    """No journal of this code can be seen."""

    code = "accounting.journal_must_exist"


class LedgerMustExist(NotFound):
    """The company keeps no books here yet."""

    code = "accounting.ledger_must_exist"


class LedgerMustKeepItsCurrency(Conflict):
    """The books are kept in another base currency."""

    code = "accounting.ledger_must_keep_its_currency"


class CurrencyMustBeGiven(Malformed):
    """New books need a base currency."""

    code = "accounting.currency_must_be_given"


class ImportMustBeReadable(CortexError):
    """Rows of an import cannot be read; `evidence["rows"]` lists each with its remedy."""

    code = "accounting.import_must_be_readable"


class FileMustBeTheApproved(CortexError):
    """The bytes of an upload are not those that a second person agreed to."""

    code = "accounting.file_must_be_the_approved"
    status = 500


class ReportMustBeTheSignedOne(CortexError):
    """The bytes, the key or a field are not those that were signed."""

    code = "accounting.report_must_be_the_signed_one"


class ReportSignatureMustBeReadable(Malformed):
    """A file is no signature of a report, or one of a later format."""

    code = "accounting.report_signature_must_be_readable"


class ReportKeyMustStay(Conflict):
    """The key was rotated again and again while a report was being signed."""

    code = "accounting.report_key_must_stay"


class LeavesMustFitTheTable(CortexError):
    """More leaves of the audit log fit a search than one table takes."""

    code = "accounting.leaves_must_fit_the_table"


class PartyMustBeSeenWhole(CortexError):
    """An answer about somebody that leaves entries out would be a false one."""

    code = "accounting.party_must_be_seen_whole"
    status = 403


class PartyNamesMustBeReadable(CortexError):
    """Names of parties are sealed, and the keeper of keys does not answer.

    Nothing was done. It passes by itself; callers try again after `retry_after_seconds`.
    """

    code = "accounting.party_names_must_be_readable"
    status = 503
    retry_after_seconds = 10


class PartyNameMustBeAName(CortexError):
    """What stands in place of a name is no name of a party."""

    code = "accounting.party_name_must_be_a_name"


class ProposedEntryMustBeWellFormed(Malformed):
    """An entry that a plugin asks for cannot be read as one."""

    code = "accounting.proposed_entry_must_be_well_formed"
