# SPDX-License-Identifier: Apache-2.0
"""What stands behind an installed plugin's host functions: its company's rows, store, inbox and hosts."""
