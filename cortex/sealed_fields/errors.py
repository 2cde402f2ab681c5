# SPDX-License-Identifier: Apache-2.0
"""What stands in the way of sealed fields."""

from cortex.errors import CortexError


class FieldMustBeIntact(CortexError):
    """A stored field is not the one that was sealed in its place."""

    code = "sealed_fields.field_must_be_intact"
    status = 500


class FieldMustBeDeclaredOnce(CortexError):
    """Two rooms declare one field."""

    code = "sealed_fields.field_must_be_declared_once"
    status = 500
