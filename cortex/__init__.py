# SPDX-License-Identifier: Apache-2.0
"""The kernel: everything a business context stands on. It knows no business itself."""
