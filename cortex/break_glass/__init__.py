# SPDX-License-Identifier: Apache-2.0
"""Emergency access: somebody opens a company for an hour, gives a reason, and everybody hears of it."""
