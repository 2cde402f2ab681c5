# SPDX-License-Identifier: Apache-2.0
"""What the plugins context says to the kernel."""
