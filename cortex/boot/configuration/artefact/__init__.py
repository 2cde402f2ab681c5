# SPDX-License-Identifier: Apache-2.0
"""Signed configuration files: who signed which bytes, as which version, until when."""
