# SPDX-License-Identifier: Apache-2.0
"""Where the log is mirrored to."""
