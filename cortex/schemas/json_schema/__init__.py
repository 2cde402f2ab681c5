# SPDX-License-Identifier: Apache-2.0
"""JSON Schema: what is taken, and whether one schema takes everything that another lets through."""
