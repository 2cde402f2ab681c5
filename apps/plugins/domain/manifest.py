# SPDX-License-Identifier: Apache-2.0
"""What a version of a plugin says of itself, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from semver import Version

from apps.plugins.domain.capability import Capability, Kind
from apps.plugins.domain.errors import PluginMustFitThisRelease
from apps.plugins.domain.limits import Limits
from apps.plugins.domain.setting import Setting
from apps.plugins.domain.version_range import VersionRange


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path below `/api/v1/plugins/<id>/`, and the function that answers it."""

    method: str
    path: str
    handler: str


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs by a schedule of five fields, in UTC."""

    name: str
    schedule: str
    handler: str


@dataclass(frozen=True, slots=True)
class DataScope:
    """Verbs on an entity of one company, and the fields that come with reading."""

    entity: str
    verbs: tuple[str, ...]
    fields: tuple[str, ...] = ()


# No slots: what follows from a manifest is kept in it, since each request of a call is held against it.
@dataclass(frozen=True)
class Manifest:
    """One `plugin.yaml`, read. `events` and `validators` map a name to the function that is called."""

    id: str
    version: Version
    cortex: VersionRange
    name: str
    description: str
    publisher: str
    licence: str
    support: str
    events: Mapping[str, str] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()
    jobs: tuple[Job, ...] = ()
    validators: Mapping[str, str] = field(default_factory=dict)
    data: tuple[DataScope, ...] = ()
    published: tuple[str, ...] = ()
    storage_kib: int = 0
    hosts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def handlers(self) -> frozenset[str]:
        """Return the functions that the host may call; the plugin must have each."""
        called = [*(each.handler for each in self.endpoints), *(each.handler for each in self.jobs)]
        return frozenset([*self.events.values(), *self.validators.values(), *called])

    @cached_property
    def capabilities(self) -> frozenset[Capability]:
        """Return all that somebody grants by installing this version."""
        return frozenset(
            [
                *(granted for scope in self.data for granted in _scope(scope)),
                *(Capability(Kind.HEAR, each) for each in self.events),
                *(Capability(Kind.PUBLISH, each) for each in self.published),
                *(Capability(Kind.ENDPOINT, f"{each.method} {each.path}") for each in self.endpoints),
                *(Capability(Kind.JOB, f"{each.name}, {each.schedule}") for each in self.jobs),
                *(Capability(Kind.REFUSE, each) for each in self.validators),
                *(Capability(Kind.HTTP, each) for each in self.hosts),
                *(Capability(Kind.SECRET, each) for each in self.secrets),
                *([Capability(Kind.STORE, str(self.storage_kib))] if self.storage_kib else []),
            ]
        )

    @cached_property
    def interfaces(self) -> frozenset[str]:
        """Return the interfaces of the host that these capabilities need; the log is everybody's."""
        needed = {each.interface for each in self.capabilities}
        return frozenset(name for name in needed | {"logging"} if name is not None)

    def require_release(self, running: Version) -> None:
        """Raise PluginMustFitThisRelease where the running Cortex is outside the range."""
        if running not in self.cortex:
            raise PluginMustFitThisRelease(
                f"Plugin {self.id} {self.version} is for Cortex {self.cortex.text}; this is {running}.",
                evidence={
                    "object": self.id,
                    "expected": self.cortex.text,
                    "got": str(running),
                    "remedy": "Take a version of the plugin that names this release.",
                },
            )


def _scope(scope: DataScope) -> list[Capability]:
    """Return a grant for each field that is read; other verbs take what they need."""
    return [
        Capability(Kind.DATA, scope.entity, verb, name)
        for verb in scope.verbs
        for name in (scope.fields if verb == "read" else ("",))
    ]
