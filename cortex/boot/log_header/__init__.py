# SPDX-License-Identifier: Apache-2.0
"""Each log begins with a signed line that says what exactly wrote it."""
