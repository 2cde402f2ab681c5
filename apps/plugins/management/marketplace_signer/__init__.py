# SPDX-License-Identifier: Apache-2.0
"""A program of its own that signs for the marketplace; who serves and publishes never holds its keys."""
