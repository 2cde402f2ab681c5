# SPDX-License-Identifier: Apache-2.0
"""What may be done to the books: one verb a file, one transaction a call."""
