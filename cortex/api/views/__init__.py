# SPDX-License-Identifier: Apache-2.0
"""Views of the frame, and the bases that contexts build theirs on."""
