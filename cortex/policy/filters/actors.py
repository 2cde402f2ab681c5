# SPDX-License-Identifier: Apache-2.0
"""Who is behind an actor as the log names it, for columns that hold one: `user:…`, `client:shop:user:…`.

The same as `person_behind` and `program_behind` say of one value, in the words of the database.
"""

from django.db.models import CharField, Transform

from cortex.policy.filters.columns import Column

USER, CLIENT = "Cortex::User", "Cortex::Client"


@CharField.register_lookup
class PersonBehind(Transform):
    """The id of the person who acted, themselves or through a program; NULL where there is none."""

    lookup_name = "person_behind"
    output_field = CharField()
    template = "substring(%(expressions)s from '^(?:user:|(?:client|plugin):.*:user:)(.*)$')"


@CharField.register_lookup
class ProgramBehind(Transform):
    """The id of the program that acted, for itself or for a person; NULL where there is none."""

    lookup_name = "program_behind"
    output_field = CharField()
    # Greedy: what stands before the last person is the program.
    template = r"regexp_replace(substring(%(expressions)s from '^client:(.*)$'), '^(.*):user:.*$', '\1')"


def person_in(lookup: str) -> Column:
    """Return the person behind the actor in this column."""
    return Column(f"{lookup}__{PersonBehind.lookup_name}", USER, is_nullable=True)


def program_in(lookup: str) -> Column:
    """Return the program behind the actor in this column."""
    return Column(f"{lookup}__{ProgramBehind.lookup_name}", CLIENT, is_nullable=True)
