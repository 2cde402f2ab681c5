# SPDX-License-Identifier: Apache-2.0
"""NIST's schema of OSCAL, and what holds documents against it."""
