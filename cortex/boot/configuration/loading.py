# SPDX-License-Identifier: Apache-2.0
"""Reading all sources in their order, and turning what pydantic says into one sentence."""

from collections.abc import MutableMapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.artefact.versions import Versions
from cortex.boot.configuration.catalogue import entries
from cortex.boot.configuration.digest import digest_of
from cortex.boot.configuration.errors import ConfigurationRefused, ValueMustBeWellFormed, refusal
from cortex.boot.configuration.found import DEFAULT, Found, Layer
from cortex.boot.configuration.installation import Installation
from cortex.boot.configuration.installation import machine_file as path_of_machine_file
from cortex.boot.configuration.model import Configuration
from cortex.boot.configuration.safety import missing, refuse_unsafe
from cortex.boot.configuration.sources.arguments import arguments
from cortex.boot.configuration.sources.environment import environment
from cortex.boot.configuration.sources.files import signed_files
from cortex.boot.configuration.sources.keepers import keepers
from cortex.boot.configuration.sources.machine_file import hand_over, machine_file
from cortex.boot.configuration.whole_tls import refuse_half, refuse_open_connections
from cortex.confidential import remember


def load(
    *,
    environ: MutableMapping[str, str],
    installation: Installation,
    at: datetime,
    remembers_versions: bool = True,
) -> Configuration:
    """Read every source, validate the whole and return it; raises ConfigurationRefused.

    The versions of signed files are remembered last: a file that could not start the program leaves
    the way back to its predecessor open.
    """
    outer = _environment_and_machine(environ=environ, installation=installation)
    given = arguments(environ)
    files = signed_files(environ=environ, named_by_arguments=given.files, at=at)
    defaults = {name: Found(text, source=DEFAULT) for name, text in installation.defaults.items()}
    said = [*outer, *files.layers, given.layer]
    configuration = resolve(layers=[*said, keepers(said), defaults], artefacts=files.artefacts)
    refuse_half(configuration)
    if installation.must_be_safe:
        refuse_unsafe(configuration)
        refuse_open_connections(configuration)
    if remembers_versions and files.artefacts:
        Versions.of(environ).remember(files.artefacts)
    return configuration


def _environment_and_machine(
    *, environ: MutableMapping[str, str], installation: Installation
) -> tuple[Layer, Layer]:
    names = set(entries())
    of_machine = machine_file(path_of_machine_file()) if installation.reads_machine_file else {}
    hand_over(of_machine, environ=environ, names=names)
    # A variable given as a file replaces the machine's value even when that file is empty.
    of_machine = {name: found for name, found in of_machine.items() if f"{name}_FILE" not in environ}
    return environment(environ=environ, names=names), of_machine


def resolve(*, layers: Sequence[Layer], artefacts: Sequence[Artefact] = ()) -> Configuration:
    """Validate these layers, of which the first beats those after it; raises ConfigurationRefused."""
    sources = {
        name: next((layer[name].source for layer in layers if name in layer), DEFAULT) for name in entries()
    }
    try:
        configuration = Configuration.of_layers(layers)
    except ValidationError as error:
        reason = _reason(error, sources=sources)
    else:
        _keep_secrets_out_of_logs(configuration)
        return configuration.traced(sources=sources, artefacts=artefacts, digest=digest_of(configuration))
    # Outside of the handler: pydantic's error holds what was given, and no traceback may show it.
    raise reason


def _keep_secrets_out_of_logs(configuration: Configuration) -> None:
    for entry in entries().values():
        remember(*entry.reader.secrets_in(entry.value_in(configuration)), is_lasting=True)


def _reason(error: ValidationError, *, sources: dict[str, str]) -> ConfigurationRefused:
    """Return the first cause; what pydantic could not even compute follows from another."""
    causes = error.errors(include_url=False, include_context=False, include_input=False)
    cause = next(cause for cause in causes if cause["type"] != "default_factory_not_called")
    name = str(cause["loc"][1])
    if cause["type"] == "missing":
        return missing(name)
    return refusal(ValueMustBeWellFormed, name, expected=cause["msg"], source=sources[name])
