# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL as the kernel uses it: roles, transactions with retries, and what migrations share."""
