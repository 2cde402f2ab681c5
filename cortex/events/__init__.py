# SPDX-License-Identifier: Apache-2.0
"""Facts that others may act on: written in the business transaction, delivered later, never changed."""
