# SPDX-License-Identifier: Apache-2.0
"""Files to import: a shop's first quarter of 2026, of our own making."""

ACCOUNTS = b"""code,name,type
Assets:Bank,Bank,asset
Assets:Till,Till,asset
Income:Sales,Sales,income
"""
JOURNAL = b"""reference,accounting_date,party,narration,account,debit,credit,currency
Q1-1,2026-01-02,,Change for the till,Assets:Till,50.00,,EUR
Q1-1,2026-01-02,,Change for the till,Assets:Bank,,50.00,EUR
Q1-2,2026-02-28,Orchard School,Chairs,Assets:Bank,1190.50,,EUR
Q1-2,2026-02-28,Orchard School,Chairs,Income:Sales,,1190.50,EUR
Q1-3,2026-03-31,,Till of March,Assets:Till,75.25,,EUR
Q1-3,2026-03-31,,Till of March,Income:Sales,,75.25,EUR
"""
TRIAL_BALANCE = [
    ("Assets:Bank", "1190.50", "50.00", "1140.50"),
    ("Assets:Till", "125.25", "0.00", "125.25"),
    ("Income:Sales", "0.00", "1265.75", "-1265.75"),
]
UNREADABLE = JOURNAL.replace(b"1190.50,,EUR", b"1.190,50,,EUR").replace(b"2026-03-31", b"31.03.2026")
