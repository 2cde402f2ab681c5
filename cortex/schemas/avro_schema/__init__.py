# SPDX-License-Identifier: Apache-2.0
"""Avro: what is taken, and whether one schema reads what another wrote."""
