# SPDX-License-Identifier: Apache-2.0
"""The books: owns accounts, periods, journals, entries and balances; never changes a posted row."""
