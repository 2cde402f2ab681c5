# SPDX-License-Identifier: Apache-2.0
"""One page, or one flow of pages, a file."""
