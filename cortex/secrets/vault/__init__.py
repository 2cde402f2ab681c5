# SPDX-License-Identifier: Apache-2.0
"""OpenBao and HashiCorp Vault: login, secrets with versions, keys, and logins to the database.

Only `cortex.secrets.chosen` imports these modules, where a vault is configured: hvac takes time to load.
"""
