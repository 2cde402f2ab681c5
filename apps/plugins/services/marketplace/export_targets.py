# SPDX-License-Identifier: Apache-2.0
"""Pack published plugins for machines without a network: the same signed files, and no others."""

from collections.abc import Sequence

from apps.plugins.adapters.repository import forms
from apps.plugins.adapters.repository.archive import pack_archive
from apps.plugins.domain.marketplace.errors import TargetMustExist
from apps.plugins.domain.marketplace.names import ROOT, SNAPSHOT, STABLE, TARGETS, TIMESTAMP, require_channel
from apps.plugins.domain.marketplace.policy_names import EXPORT_TARGETS
from apps.plugins.models import RepositoryTarget
from apps.plugins.selectors.repository import newest_metadata, roots
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def export_targets(*, plugins: Sequence[str], channel: str = STABLE, exported_by: Principal) -> bytes:
    """Return an archive of plugins, each `id` (all its versions) or `id==version`, in one channel.

    It is fresh for as long as the timestamp in it.

    Raises: AccessMustBeGranted, ChannelMustBeKnown, TargetMustExist.
    """
    get(Authorizer).require(principal=exported_by, action=EXPORT_TARGETS, company_id=None)
    require_channel(channel)
    targets = [row for named in plugins for row in _named(named, channel)]
    members = {_file(row): bytes(row.bundle.content) for row in targets}
    return pack_archive({**members, **_metadata({row.role for row in targets})})


def _named(named: str, channel: str) -> list[RepositoryTarget]:
    plugin_id, _, version = named.partition("==")
    rows = RepositoryTarget.objects.filter(plugin_id=plugin_id, channel=channel, withdrawn_at=None)
    found = list((rows.filter(version=version) if version else rows).select_related("bundle"))
    if not found:
        raise TargetMustExist(
            f"Plugin {named[:160]}: expected one that is published in {channel}, got none.",
            evidence={"object": named[:160], "expected": f"published in {channel}"},
        )
    return found


def _file(row: RepositoryTarget) -> str:
    head, _, tail = row.path.rpartition("/")
    return f"targets/{head}/{row.bundle_id}.{tail}"


def _metadata(roles: set[str]) -> dict[str, bytes]:
    newest = newest_metadata()
    files = {f"metadata/{number}.{ROOT}.json": content for number, content in enumerate(roots(), start=1)}
    for role in (TARGETS, SNAPSHOT, *sorted(roles)):
        content = bytes(newest[role].content)
        files[f"metadata/{forms.read_signed(content).version}.{role}.json"] = content
    return {**files, f"metadata/{TIMESTAMP}.json": bytes(newest[TIMESTAMP].content)}
