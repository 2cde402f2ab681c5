# SPDX-License-Identifier: Apache-2.0
"""The chart of a small trading company, for the demo and for generated books."""

from apps.accounting.domain.account_draft import AccountDraft

BANK, CASH = "Assets:Bank:Current", "Assets:Cash"
RECEIVABLES, INPUT_VAT = "Assets:Receivables", "Assets:Input-VAT"
EQUIPMENT = "Assets:Equipment"
PAYABLES, OUTPUT_VAT = "Liabilities:Payables", "Liabilities:Output-VAT"
WAGE_TAX, LOAN = "Liabilities:Wage-Tax", "Liabilities:Bank-Loan"
CAPITAL = "Equity:Share-Capital"
SALES, SERVICES = "Income:Sales", "Income:Services"
GOODS, RENT, WAGES = "Expenses:Goods", "Expenses:Rent", "Expenses:Wages"
POWER, TELEPHONE, TRAVEL = "Expenses:Power", "Expenses:Telephone", "Expenses:Travel"
OFFICE, ADVERTISING, BANK_FEES = "Expenses:Office", "Expenses:Advertising", "Expenses:Bank-Fees"
INTEREST = "Expenses:Interest"

_TYPES = {
    "Assets": "asset",
    "Liabilities": "liability",
    "Equity": "equity",
    "Income": "income",
    "Expenses": "expense",
}
_CODES = (
    "Assets", "Assets:Bank", BANK, CASH, RECEIVABLES, INPUT_VAT, EQUIPMENT,
    "Liabilities", PAYABLES, OUTPUT_VAT, WAGE_TAX, LOAN,
    "Equity", CAPITAL,
    "Income", SALES, SERVICES,
    "Expenses", GOODS, RENT, WAGES, POWER, TELEPHONE, TRAVEL, OFFICE, ADVERTISING, BANK_FEES, INTEREST,
)  # fmt: skip


def trading_chart() -> list[AccountDraft]:
    """Return the accounts, parents before children."""
    return [
        AccountDraft(
            code=code,
            name=code.rpartition(":")[2].replace("-", " "),
            type=_TYPES[code.partition(":")[0]],
            is_bank_or_cash=code in (BANK, CASH),
        )
        for code in _CODES
    ]
