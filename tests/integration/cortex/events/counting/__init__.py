# SPDX-License-Identifier: Apache-2.0
"""An application that counts notes in a table: what a subscriber of a context would be."""
