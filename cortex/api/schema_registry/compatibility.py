# SPDX-License-Identifier: Apache-2.0
"""Ask whether a schema could follow, and choose what is asked of those that do."""

from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.schema_registry.base import RegistryView
from cortex.api.schema_registry.bodies import ConfigBody
from cortex.api.schema_registry.protocol import read_questions, truth
from cortex.policy.declarations import policy_action
from cortex.schemas.actions import CONFIGURE, READ
from cortex.schemas.configuration import forget_compatibility, set_compatibility
from cortex.schemas.registration import incompatibilities
from cortex.schemas.selectors import compatibility_of

_COMPARING = {"normalize": truth, "verbose": truth}


@policy_action(POST=READ)
class CompatibilityView(RegistryView):
    """A schema against the versions of a subject."""

    def post(self, request: Request, subject: str, version: str | None = None) -> Response:
        """Compare with one version, or with those that the mode asks for."""
        asked = read_questions(request, _COMPARING)
        reasons = incompatibilities(
            subject=subject, wanted=self.candidate(), asked_by=self.principal, version=version
        )
        body = {"is_compatible": not reasons}
        return Response({**body, "messages": reasons} if asked.get("verbose", False) else body)


@policy_action(GET=READ, PUT=CONFIGURE, DELETE=CONFIGURE)
class ConfigView(RegistryView):
    """The mode of a subject, or the one for all."""

    def get(self, request: Request, subject: str | None = None) -> Response:
        """Show the mode."""
        asked = read_questions(request, {"defaultToGlobal": truth})
        falls_back = asked.get("defaultToGlobal", False)
        mode = compatibility_of(subject=subject, seen_by=self.principal, falls_back=falls_back)
        return Response({"compatibilityLevel": mode})

    def put(self, request: Request, subject: str | None = None) -> Response:
        """Set the mode."""
        read_questions(request, {})
        wanted = self.read_body(ConfigBody)["compatibility"]
        mode = set_compatibility(subject=subject, mode=wanted.upper(), changed_by=self.principal)
        return Response({"compatibility": mode})

    def delete(self, request: Request, subject: str | None = None) -> Response:
        """Take the mode back."""
        read_questions(request, {})
        return Response(
            {"compatibilityLevel": forget_compatibility(subject=subject, changed_by=self.principal)}
        )
