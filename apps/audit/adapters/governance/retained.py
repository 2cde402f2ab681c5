# SPDX-License-Identifier: Apache-2.0
"""What the log keeps for a time: its texts. Leaves stay for good."""

from cortex.ports.retention import RetainedData, RetainedRows, retained

_LEAF = "FROM audit_entry e WHERE e.leaf_id = t.leaf_id"


def declare_retained() -> None:
    """Register the texts beside leaves."""
    retained(
        RetainedData(
            name="audit.detail",
            title="Reasons and notes beside leaves",
            read_action="audit.evidence.export",
            rows=RetainedRows(
                table="audit_detail",
                key="leaf_id",
                is_due=f"EXISTS (SELECT {_LEAF} AND e.recorded_at < %(before)s)",
                subjects=f"ARRAY(SELECT e.object_id {_LEAF})",
            ),
        )
    )
