# SPDX-License-Identifier: Apache-2.0
"""Columns that lie sealed under keys of their company, and are found by a blind index all the same."""
