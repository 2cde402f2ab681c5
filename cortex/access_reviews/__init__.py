# SPDX-License-Identifier: Apache-2.0
"""Access reviews: each membership of a company is confirmed or taken away by somebody else, and signed."""
