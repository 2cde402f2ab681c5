# SPDX-License-Identifier: Apache-2.0
"""Rows of plugins: versions and keys are the platform's, installations are a company's."""

from apps.plugins.models.bundle import StoredBundle
from apps.plugins.models.installation import Installation
from apps.plugins.models.marketplace import (
    ProblemReport,
    Publisher,
    PublisherKey,
    Release,
    ReviewDecision,
    ReviewRun,
    Submission,
    SubmissionFile,
)
from apps.plugins.models.plugin_call import PluginCall
from apps.plugins.models.plugin_run import PluginRun
from apps.plugins.models.plugin_switch import PluginSwitch
from apps.plugins.models.plugin_version import PluginVersion
from apps.plugins.models.repository import (
    FetchedBundle,
    RepositoryMetadata,
    RepositoryTarget,
    TrustedRepository,
)
from apps.plugins.models.stored_value import StoredValue
from apps.plugins.models.trusted_key import TrustedKey

__all__ = [
    "FetchedBundle",
    "Installation",
    "PluginCall",
    "PluginRun",
    "PluginSwitch",
    "PluginVersion",
    "ProblemReport",
    "Publisher",
    "PublisherKey",
    "Release",
    "RepositoryMetadata",
    "RepositoryTarget",
    "ReviewDecision",
    "ReviewRun",
    "StoredBundle",
    "StoredValue",
    "Submission",
    "SubmissionFile",
    "TrustedKey",
    "TrustedRepository",
]
