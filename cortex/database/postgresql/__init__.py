# SPDX-License-Identifier: Apache-2.0
"""Django's PostgreSQL under logins that are made for this process (ENGINE of such an alias)."""
