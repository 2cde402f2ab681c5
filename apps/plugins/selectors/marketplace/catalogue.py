# SPDX-License-Identifier: Apache-2.0
"""What anybody may see: released versions of public channels; private ones stand in no list."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.publishing_errors import ReleaseMustExist
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Publisher, PublisherKey, Release, ReviewRun, Submission
from apps.plugins.selectors.marketplace.publishers import publisher_must_exist
from cortex.database.transactions import transactional

PAGE_SIZE, QUERY_MAX = 24, 80
# By entry point of the manifest, how texts of capabilities begin.
KINDS = {"events": "event.in:", "validators": "validator:", "jobs": "job:", "endpoints": "endpoint:"}
Channel = Submission.Channel
# What is decided and stands in no repository yet is offered to nobody.
_OUT = Q(published_at__isnull=False) & ~Q(channel=Channel.PRIVATE)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the newest versions of plugins, and whether there are more."""

    releases: list[Release]
    has_more: bool


@dataclass(frozen=True, slots=True)
class ShownRelease:
    """A version with all that its page tells."""

    release: Release
    manifest: Manifest
    checks: list[dict[str, object]]
    keys: list[PublisherKey]
    versions: list[Release]


@dataclass(frozen=True, slots=True)
class PublicPublisher:
    """A publisher as everybody sees it, with every key that it ever proved."""

    row: Publisher
    proved: list[PublisherKey]


@transactional
def released(*, query: str = "", channel: str = Channel.STABLE, kind: str = "", page: int = 1) -> Found:
    """Return the newest version of each plugin of a public channel whose texts hold every word.

    `kind` is an entry point of the manifest: what it is called by.
    """
    rows = Release.objects.filter(_OUT, channel=channel, standing=Release.Standing.RELEASED)
    for word in query[:QUERY_MAX].split():
        rows = rows.filter(
            Q(plugin_id__icontains=word) | Q(name__icontains=word) | Q(description__icontains=word)
        )
    if kind in KINDS:
        told = Cast("submission__capabilities", TextField())
        rows = rows.annotate(told=told).filter(told__contains=f'"{KINDS[kind]}')
    shown = (
        Release.objects.filter(_newest(rows)).select_related("submission__publisher").order_by("name", "id")
    )
    begin = (max(page, 1) - 1) * PAGE_SIZE
    found = list(shown[begin : begin + PAGE_SIZE + 1])
    return Found(found[:PAGE_SIZE], has_more=len(found) > PAGE_SIZE)


def _newest(rows: QuerySet[Release]) -> Q:
    """Return the condition for the newest of each plugin among the rows."""
    return Q(id__in=rows.order_by("plugin_id", "-released_at").distinct("plugin_id").values("id"))


@transactional
def shown_release(*, plugin_id: str, version: str | None = None) -> ShownRelease:
    """Return a version, or the newest that stands, else the newest of all; raises ReleaseMustExist."""
    versions = list(
        Release.objects.filter(_OUT, plugin_id=plugin_id)
        .select_related("submission__publisher")
        .order_by("-released_at")
    )
    standing = [each for each in versions if each.standing == Release.Standing.RELEASED]
    stable = [each for each in standing if each.channel == Channel.STABLE]
    wanted = (
        [each for each in versions if each.version == version]
        if version is not None
        else [*stable, *standing, *versions]
    )
    if not wanted:
        raise release_must_exist(plugin_id=plugin_id, version=version)
    release = wanted[0]
    run = ReviewRun.objects.filter(submission=release.submission, state=ReviewRun.State.SUCCEEDED)
    newest = run.order_by("-id").first()
    keys = PublisherKey.objects.filter(
        publisher=release.submission.publisher, verified_at__isnull=False
    ).order_by("id")
    return ShownRelease(
        release=release,
        manifest=read_manifest(release.submission.manifest_text.encode()),
        checks=newest.checks if newest else [],
        keys=list(keys),
        versions=versions,
    )


@transactional
def releases_of(*, namespace: str) -> list[Release]:
    """Return the newest public version of each plugin of a publisher."""
    rows = Release.objects.filter(
        _OUT, submission__publisher__namespace=namespace, standing=Release.Standing.RELEASED
    )
    return list(Release.objects.filter(_newest(rows)).order_by("name", "id"))


@transactional
def public_publisher(*, namespace: str) -> PublicPublisher:
    """Return a publisher whose domain was confirmed; raises PublisherMustExist for any other."""
    found = Publisher.objects.filter(namespace=namespace, confirmed_at__isnull=False).first()
    if found is None:
        raise publisher_must_exist(namespace)
    return PublicPublisher(found, list(found.keys.filter(verified_at__isnull=False).order_by("id")))


@transactional
def found_release(*, plugin_id: str, version: str, for_update: bool = False) -> Release:
    """Return a release of whatever channel, locked if asked; raises ReleaseMustExist."""
    rows = Release.objects.select_for_update(of=("self",)) if for_update else Release.objects.all()
    found = rows.select_related("submission__publisher").filter(plugin_id=plugin_id, version=version).first()
    if found is None:
        raise release_must_exist(plugin_id=plugin_id, version=version)
    return found


def release_must_exist(*, plugin_id: str, version: str | None) -> ReleaseMustExist:
    """Return the error that says so, the same for what is private and for what is not there."""
    told = ascii(f"{plugin_id} {version or ''}".strip())[:160]
    return ReleaseMustExist(
        f"Release {told}: expected one that is out, got none.", evidence={"object": "release", "got": told}
    )
