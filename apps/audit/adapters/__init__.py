# SPDX-License-Identifier: Apache-2.0
"""How the log reaches the database."""
