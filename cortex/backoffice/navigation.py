# SPDX-License-Identifier: Apache-2.0
"""Entries of the side bar that show only to those who may open them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy


@dataclass(frozen=True, slots=True)
class MayView:
    """Answers whether the person may open the list of a model, named `app_label.modelname`."""

    model: str

    def __call__(self, request: HttpRequest) -> bool:
        """Ask the model's page."""
        from django.apps import apps  # noqa: PLC0415 - settings are read before models are loaded
        from django.contrib import admin  # noqa: PLC0415

        return bool(admin.site.get_model_admin(apps.get_model(self.model)).has_view_permission(request))


def list_item(title: str, *, model: str, icon: str) -> dict[str, Any]:
    """Return the entry of the side bar that leads to the list of a model."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
        "permission": MayView(model),
    }


def platform_item(title: str, *, url_name: str, action: str, icon: str) -> dict[str, Any]:
    """Return the entry of the side bar that leads to a page about no company, which asks for this action."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{url_name}"),
        "permission": MayOnPlatform(action),
    }


def page_item(title: str, *, url_name: str, icon: str) -> dict[str, Any]:
    """Return the entry of the side bar that leads to a page that shows no model."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{url_name}"),
        "permission": MayOpen(url_name),
    }


@dataclass(frozen=True, slots=True)
class MayOpen:
    """Answers whether the person may open a page of this name."""

    name: str

    def __call__(self, request: HttpRequest) -> bool:
        """Ask for the page's actions."""
        from cortex.backoffice.page_list import PAGES  # noqa: PLC0415 - settings are read before models
        from cortex.backoffice.pages import is_let_in  # noqa: PLC0415

        return any(is_let_in(request, page.actions) for page in PAGES if page.name == self.name)


@dataclass(frozen=True, slots=True)
class MayOnPlatform:
    """Answers whether the person may do what belongs to no company."""

    action: str

    def __call__(self, request: HttpRequest) -> bool:
        """Ask as the page does."""
        from cortex.backoffice.pages import may_on_platform  # noqa: PLC0415 - as above

        return may_on_platform(request, action=self.action)
