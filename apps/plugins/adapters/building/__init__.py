# SPDX-License-Identifier: Apache-2.0
"""From an author's folder to a component."""
