# SPDX-License-Identifier: Apache-2.0
"""Who may do what: declared actions, one authorizer that denies by default, one way into a company."""
