# SPDX-License-Identifier: Apache-2.0
"""Where secrets come from; they pass through and are never kept."""
