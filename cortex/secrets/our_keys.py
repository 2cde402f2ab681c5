# SPDX-License-Identifier: Apache-2.0
"""The keys that this program asks its keepers for. The log's own is the signer's, a process of its own."""

OUR_KEYS = ("cortex-factors", "cortex-files", "cortex-letters", "cortex-signatures", "cortex-tokens")
