# SPDX-License-Identifier: Apache-2.0
"""Which rules are in force, and what is due."""
