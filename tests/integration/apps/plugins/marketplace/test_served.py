# SPDX-License-Identifier: Apache-2.0
"""Anybody fetches what is published over the web, and caches what never changes."""

from django.test import Client

from apps.plugins.models import RepositoryTarget
from tests.factories.marketplace import Marketplace


class TestServed:
    def test_is_cached_as_long_as_it_stays(self, shop: Marketplace) -> None:
        shop.release()
        row = RepositoryTarget.objects.get()
        head, _, tail = row.path.rpartition("/")
        for path, caching in (
            ("metadata/timestamp.json", "public, max-age=60"),
            ("metadata/1.root.json", "public, max-age=31536000, immutable"),
            (f"targets/{head}/{row.bundle_id}.{tail}", "public, max-age=86400"),
        ):
            answer = Client().get(f"/marketplace/tuf/{path}")
            assert (answer.status_code, answer["Cache-Control"]) == (200, caching)
            again = Client().get(f"/marketplace/tuf/{path}", headers={"If-None-Match": answer["ETag"]})
            assert again.status_code == 304

    def test_is_nothing_else(self, shop: Marketplace) -> None:
        shop.release()
        row = RepositoryTarget.objects.get()
        for path in (
            "metadata/root.json",
            "metadata/..%2ftimestamp.json",
            f"targets/{row.path}",
            f"targets/../{row.path}",
            f"targets/{row.bundle_id}",
        ):
            assert Client().get(f"/marketplace/tuf/{path}").status_code == 404, path
        assert Client().post("/marketplace/tuf/metadata/timestamp.json").status_code == 405
