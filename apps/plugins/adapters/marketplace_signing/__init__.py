# SPDX-License-Identifier: Apache-2.0
"""What the signing service consists of: its keys, its memory, its rules, and how it is asked."""
