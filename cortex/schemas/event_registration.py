# SPDX-License-Identifier: Apache-2.0
"""Register the schema of every event, and tell a published event which registered schema it keeps."""

from collections.abc import Sequence

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ports.event_bus import Event
from cortex.ports.principal import Principal
from cortex.schemas.actions import REGISTER
from cortex.schemas.candidates import candidate
from cortex.schemas.digests import subject_digest
from cortex.schemas.event_schemas import event_classes, problems_of, published_schemas, schema_of
from cortex.schemas.locks import lock_registry
from cortex.schemas.models import Compatibility, SchemaType, Subject, Version
from cortex.schemas.registration import register_schema
from cortex.schemas.rights import require_right
from cortex.schemas.trail import leave_leaf

REGISTRAR = Principal.service("console")
# By class: a process finds out once, and an event costs one look into this dictionary.
_addresses: dict[type[Event], str] = {}


class EventMustKeepItsSchema(CortexError):
    """The class of an event changed in a way that its readers were not promised."""

    code = "schemas.event_must_keep_its_schema"
    status = 500


class EventSchemaMustBeRegistered(CortexError):
    """An event is published whose schema the registry does not hold."""

    code = "schemas.event_schema_must_be_registered"
    status = 500


def register_events(*, classes: Sequence[type[Event]] | None = None) -> int:
    """Register what is committed and not yet registered; return how many versions were new.

    Raises: EventMustKeepItsSchema, before anything is registered.
    """
    wanted = list(event_classes() if classes is None else classes)
    require_kept_promises(wanted)
    return _register(wanted)


def require_kept_promises(classes: Sequence[type[Event]]) -> None:
    """Raise EventMustKeepItsSchema for the first event that says something else than is committed."""
    for event_class in classes:
        for problem in problems_of(event_class):
            raise EventMustKeepItsSchema(problem, evidence={"object": event_class.event_type})


@transactional
def _register(classes: Sequence[type[Event]]) -> int:
    require_right(principal=REGISTRAR, action=REGISTER)
    known = _registered([each.event_type for each in classes])
    added = 0
    for event_class in classes:
        for published in published_schemas(event_class):
            wanted = candidate(schema_type=SchemaType.JSON, text=published.text)
            if (event_class.event_type, wanted.digest) in known:
                continue
            _prepare_subject(event_class.event_type)
            registered = register_schema(
                subject=event_class.event_type, wanted=wanted, registered_by=REGISTRAR
            )
            added += registered.is_new
    return added


def _prepare_subject(name: str) -> None:
    """Give a subject the mode of events: stored ones are replayed, so every earlier version counts."""
    lock_registry()
    _move_aside(Subject.objects.filter(name=name, owner__isnull=False).first())
    Subject.objects.get_or_create(
        name=name, defaults={"versions_issued": 0, "compatibility": Compatibility.BACKWARD_TRANSITIVE}
    )


def _move_aside(taken: Subject | None) -> None:
    """Rename a subject whose name a client took before the event was there.

    Its versions promise nothing about the event, would keep `migrate` from registering it, and would be shown
    to every company if they became the platform's.
    """
    if taken is None:
        return
    before = subject_digest(name=taken.name)
    taken.name = f"{taken.name}.before-{taken.pk}"
    taken.save(update_fields=["name"])
    leave_leaf(verb=REGISTER, subject=taken, before=before, actor=REGISTRAR)


def schema_address(event: Event) -> str:
    """Return where the registry serves the schema of an event, relative to the installation.

    Raises: EventSchemaMustBeRegistered.
    """
    address = _addresses.get(type(event))
    if address is None:
        address = _addresses[type(event)] = _find_address(type(event))
    return address


@transactional
def _find_address(event_class: type[Event]) -> str:
    wanted = candidate(schema_type=SchemaType.JSON, text=schema_of(event_class))
    number = _registered([event_class.event_type]).get((event_class.event_type, wanted.digest))
    if number is None:
        raise EventSchemaMustBeRegistered(
            f"Event {event_class.event_type}: expected a registered schema that says what its class says, "
            "got none. Run `cortex migrate`, or `cortex schemas write` after a change of the class.",
            evidence={"object": event_class.event_type, "remedy": "cortex migrate"},
        )
    return f"/schemas/subjects/{event_class.event_type}/versions/{number}/schema"


def _registered(names: Sequence[str]) -> dict[tuple[str, bytes], int]:
    """Return the number of each version of the platform by subject and digest, in one question."""
    rows = Version.objects.filter(subject__name__in=names, subject__owner=None, deleted_at=None)
    found = rows.values_list("subject__name", "content__digest", "number")
    return {(name, bytes(digest)): number for name, digest, number in found}
