# SPDX-License-Identifier: Apache-2.0
"""Whom the company deals with."""

from django.db import models

from cortex.ids import uuid7


class Party(models.Model):
    """An opaque id: posted lines point here and prove nothing about a person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounting_party"
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return str(self.id)


class PartyName(models.Model):
    """The party's name, sealed; deleting this row erases it and leaves the books whole.

    `name` is null, except in rows from before names were sealed, until the renewal has come by.
    """

    party = models.OneToOneField(
        "accounting.Party", primary_key=True, on_delete=models.PROTECT, related_name="party_name"
    )
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    name = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null once it is sealed
    name_key_id = models.UUIDField(null=True)
    name_sealed = models.BinaryField(null=True)
    name_index = models.BinaryField(max_length=32, null=True)
    # Of names from before there were leaves of them: none.
    name_salt = models.BinaryField(max_length=32, null=True)

    class Meta:
        db_table = "accounting_party_name"
        constraints = (
            models.UniqueConstraint(fields=("company", "name"), name="party_name_unique"),
            models.UniqueConstraint(fields=("company", "name_index"), name="party_name_index_unique"),
        )

    def __str__(self) -> str:
        return str(self.party_id)
