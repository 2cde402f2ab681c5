# SPDX-License-Identifier: Apache-2.0
"""Routes under /schemas/. A subject may hold slashes, so the longer routes stand before the shorter."""

from django.urls import path

from cortex.api.schema_registry.compatibility import CompatibilityView, ConfigView
from cortex.api.schema_registry.schemas import (
    SchemaSubjectsView,
    SchemaTextView,
    SchemaTypesView,
    SchemaVersionsView,
    SchemaView,
)
from cortex.api.schema_registry.subjects import (
    ReferringView,
    SubjectsView,
    SubjectView,
    VersionsView,
    VersionTextView,
    VersionView,
)

app_name = "schema-registry"
_versions = "subjects/<path:subject>/versions"

urlpatterns = [
    path("subjects", SubjectsView.as_view(), name="subjects"),
    path(f"{_versions}/<str:version>/schema", VersionTextView.as_view(), name="version-text"),
    path(f"{_versions}/<str:version>/referencedby", ReferringView.as_view(), name="referring"),
    path(f"{_versions}/<str:version>", VersionView.as_view(), name="version"),
    path(_versions, VersionsView.as_view(), name="versions"),
    path("subjects/<path:subject>", SubjectView.as_view(), name="subject"),
    path("schemas/types", SchemaTypesView.as_view(), name="types"),
    path("schemas/ids/<int:schema_id>", SchemaView.as_view(), name="schema"),
    path("schemas/ids/<int:schema_id>/schema", SchemaTextView.as_view(), name="schema-text"),
    path("schemas/ids/<int:schema_id>/subjects", SchemaSubjectsView.as_view(), name="schema-subjects"),
    path("schemas/ids/<int:schema_id>/versions", SchemaVersionsView.as_view(), name="schema-versions"),
    path(f"compatibility/{_versions}/<str:version>", CompatibilityView.as_view(), name="compatibility"),
    path(f"compatibility/{_versions}", CompatibilityView.as_view(), name="compatibility-all"),
    path("config", ConfigView.as_view(), name="config"),
    path("config/<path:subject>", ConfigView.as_view(), name="subject-config"),
]
