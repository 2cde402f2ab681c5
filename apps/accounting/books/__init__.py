# SPDX-License-Identifier: Apache-2.0
"""The bookkeeping pages: they ask selectors, call services and keep no rule of their own."""
