# SPDX-License-Identifier: Apache-2.0
"""Pages on which people sign in, look after their account, and say who belongs to their company."""
