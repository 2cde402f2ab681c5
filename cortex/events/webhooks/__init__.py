# SPDX-License-Identifier: Apache-2.0
"""Outgoing webhooks: a subscriber that queues one delivery per endpoint, and a sender that signs and logs."""
