# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class RecordingConfig(AppConfig):
    name = "tests.integration.cortex.boot.recording"
    label = "recording"

    def ready(self) -> None:
        from tests.integration.cortex.boot.recording import hooks  # noqa: F401
