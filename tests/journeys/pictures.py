# SPDX-License-Identifier: Apache-2.0
"""Pictures of pages, for whoever wants to look at them."""

import os
from pathlib import Path

from playwright.sync_api import Page


def shown(page: Page, name: str) -> None:
    """Keep a picture where somebody asks for one."""
    if folder := os.environ.get("CORTEX_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
