# SPDX-License-Identifier: Apache-2.0
"""Where values stand: each module reads one source and says of every value where it found it."""
