# SPDX-License-Identifier: Apache-2.0
"""Lanes: each aggregate belongs to one, and what is done in one lane is done in order.

A lane is a Redis stream, or a partition of the Kafka topic. The database computes an aggregate's lane
(`events_lane`), so the number is the same for every process; changing it takes a migration.
"""

LANES = 16
EVERY_LANE = range(LANES)
