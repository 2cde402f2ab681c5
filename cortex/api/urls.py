# SPDX-License-Identifier: Apache-2.0
"""Routes of the kernel under /api/v1/; contexts add theirs in settings/urls.py."""

urlpatterns: list[object] = []
