# SPDX-License-Identifier: Apache-2.0
"""Django's admin with our site instead of its own."""

from django.contrib.admin.apps import AdminConfig


class BackofficeAdminConfig(AdminConfig):
    """Named in INSTALLED_APPS in place of `django.contrib.admin`."""

    default = False
    default_site = "cortex.backoffice.site.BackofficeSite"
