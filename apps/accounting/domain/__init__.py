# SPDX-License-Identifier: Apache-2.0
"""Pure rules of bookkeeping: no database, no clock, no framework."""
