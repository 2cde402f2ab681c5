# SPDX-License-Identifier: Apache-2.0
"""What a small trading company does in a month, drawn from a seeded generator."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from apps.accounting.domain import trading_chart as chart
from cortex.money import allocate, exponent

VAT_PERCENT = 19
TAX_OFFICE = "Tax Office"
CUSTOMERS = (
    "Harbour Hotel",
    "Linden Bakery",
    "Novak & Sons",
    "City Library",
    "Atelier Blau",
    "Orchard School",
)
SUPPLIERS = ("Northwind Wholesale", "Paper & Ink", "Delta Packaging", "Green Grid Power", "TeleLine")
PAYMENT_DAYS = (3, 10, 14, 30, 45)
SALES_SHARE = 0.6

Line = tuple[str, int, str | None]
# Series and identity.
Document = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry of the plan; `lines` are account, signed minor units and party.

    An invoice or bill and its payment share a `document`; its number, `{}` in the narration, is given
    once all are planned, so that numbers run with the days.
    """

    day: date
    narration: str
    lines: tuple[Line, ...]
    document: Document | None = None


class TradingYear:
    """Plans entries from a seeded generator; every amount is a whole number of minor units."""

    def __init__(self, *, seed: int, currency: str) -> None:
        # Reproducible on purpose: nothing secret hangs on these numbers.
        self._random = random.Random(seed)  # noqa: S311
        self._unit = 10 ** exponent(currency)
        self._documents = 0
        self._wage_tax_due = 0

    def monthly(self, first: date) -> list[PlannedEntry]:
        """Plan what comes every month: rent, wages with their tax, power, telephone, bank fees, interest."""
        wages = 7_900 * self._unit + self._random.randrange(900) * self._unit
        tax, net = allocate(wages, weights=[27, 73])
        return [
            *self._wage_tax_of_last_month(first, tax),
            self._paid(first, "Rent of shop and store", chart.RENT, 2_150 * self._unit, "Lindenhof Estates"),
            PlannedEntry(
                first.replace(day=25),
                f"Wages {first:%B %Y}",
                ((chart.WAGES, wages, None), (chart.BANK, -net, None), (chart.WAGE_TAX, -tax, TAX_OFFICE)),
            ),
            self._paid(
                first.replace(day=5), "Power", chart.POWER, self._amount(180, 320), "Green Grid Power"
            ),
            self._paid(
                first.replace(day=7),
                "Telephone and internet",
                chart.TELEPHONE,
                self._amount(60, 95),
                "TeleLine",
            ),
            self._paid(first.replace(day=28), "Account fees", chart.BANK_FEES, self._amount(8, 25), None),
            self._paid(
                first.replace(day=28), "Interest on the loan", chart.INTEREST, self._amount(95, 140), None
            ),
        ]

    def _wage_tax_of_last_month(self, first: date, tax: int) -> list[PlannedEntry]:
        due, self._wage_tax_due = self._wage_tax_due, tax
        lines = ((chart.WAGE_TAX, due, TAX_OFFICE), (chart.BANK, -due, TAX_OFFICE))
        return [PlannedEntry(first.replace(day=10), "Wage tax of last month", lines)] if due else []

    def trade(self, *, first_day: date, last_day: date) -> list[PlannedEntry]:
        """Plan a sale or a purchase with its VAT on some day, and the payment that follows it in time."""
        self._documents += 1
        day = first_day + timedelta(days=self._random.randrange((last_day - first_day).days + 1))
        planned = self._sale(day) if self._random.random() < SALES_SHARE else self._purchase(day)
        return [entry for entry in planned if entry.day <= last_day]

    def _sale(self, day: date) -> list[PlannedEntry]:
        customer, account = self._random.choice(CUSTOMERS), self._random.choice((chart.SALES, chart.SERVICES))
        net = self._amount(140, 3_400)
        vat = net * VAT_PERCENT // 100
        document = ("Invoice", self._documents)
        return [
            PlannedEntry(
                day,
                "Invoice {:05d}",
                (
                    (chart.RECEIVABLES, net + vat, customer),
                    (account, -net, customer),
                    (chart.OUTPUT_VAT, -vat, None),
                ),
                document,
            ),
            self._settled(day, document, chart.BANK, chart.RECEIVABLES, net + vat, customer),
        ]

    def _purchase(self, day: date) -> list[PlannedEntry]:
        supplier = self._random.choice(SUPPLIERS)
        account = self._random.choice(
            (chart.GOODS, chart.GOODS, chart.OFFICE, chart.ADVERTISING, chart.TRAVEL)
        )
        net = self._amount(60, 1_400)
        vat = net * VAT_PERCENT // 100
        document = ("Bill", self._documents)
        return [
            PlannedEntry(
                day,
                "Bill {:05d}",
                (
                    (account, net, supplier),
                    (chart.INPUT_VAT, vat, None),
                    (chart.PAYABLES, -net - vat, supplier),
                ),
                document,
            ),
            self._settled(day, document, chart.PAYABLES, chart.BANK, net + vat, supplier),
        ]

    def _settled(
        self, day: date, document: Document, debit: str, credit: str, amount_minor: int, party: str
    ) -> PlannedEntry:
        later = day + timedelta(days=self._random.choice(PAYMENT_DAYS))
        lines = ((debit, amount_minor, party), (credit, -amount_minor, party))
        return PlannedEntry(later, f"Payment of {document[0].lower()} {{:05d}}", lines, document)

    def _paid(
        self, day: date, narration: str, account: str, amount_minor: int, party: str | None
    ) -> PlannedEntry:
        return PlannedEntry(
            day, narration, ((account, amount_minor, party), (chart.BANK, -amount_minor, party))
        )

    def _amount(self, least: int, most: int) -> int:
        return self._random.randrange(least * self._unit, most * self._unit)
