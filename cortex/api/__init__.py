# SPDX-License-Identifier: Apache-2.0
"""The frame of every HTTP answer: problems, idempotency, pages, versions; no resource of a context."""
