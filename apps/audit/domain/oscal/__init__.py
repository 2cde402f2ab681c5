# SPDX-License-Identifier: Apache-2.0
"""OSCAL assessment results as plain values. Source: NIST OSCAL 1.2.3, assessment results."""
