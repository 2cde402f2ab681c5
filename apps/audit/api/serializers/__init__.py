# SPDX-License-Identifier: Apache-2.0
"""What the API of the log reads and answers."""
