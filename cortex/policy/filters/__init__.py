# SPDX-License-Identifier: Apache-2.0
"""From policies to rows: what the policies leave open about an unknown object becomes a condition of SQL."""
