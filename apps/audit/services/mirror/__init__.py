# SPDX-License-Identifier: Apache-2.0
"""Mirror the log, and compare it with its mirror."""
