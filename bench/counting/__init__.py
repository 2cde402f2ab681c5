# SPDX-License-Identifier: Apache-2.0
"""An application with one subscriber, which notes when each event reached it."""
