# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies: written, validated, simulated, approved, put in force, and gone back from."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.pages import Keyset, keyset_page
from cortex.api.queries import PageQuery, read_query
from cortex.api.serializers import StrictSerializer, TextField, WholeField
from cortex.api.views.base import READING
from cortex.api.views.platform import PlatformView
from cortex.policy.active import active_engine
from cortex.policy.declarations import policy_action
from cortex.policy.left_out import actions_left_out
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import (
    ACTIVATE_VERSION,
    APPROVE_VERSION,
    READ_VERSIONS,
    ROLL_BACK_VERSION,
    WRITE_VERSION,
)
from cortex.policy_versions.activate_version import REASON_MAX
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.begin_simulation import begin_simulation
from cortex.policy_versions.differences import difference
from cortex.policy_versions.draft_version import NOTE_MAX, draft_version
from cortex.policy_versions.matrix import matrix_of
from cortex.policy_versions.selectors import get_version, number_in_force, versions_of_reader
from cortex.policy_versions.simulation_runs import latest_run
from cortex.policy_versions.validate_version import validate_version
from cortex.policy_versions.waiting_verbs import activate_or_wait, roll_back_or_wait

# What the column of numbers can hold.
NUMBER_MAX = 2**31 - 1


class VersionSerializer(serializers.Serializer[object]):
    """A version as it stands; its text never changes."""

    number = serializers.IntegerField()
    state = serializers.CharField()
    digest = serializers.CharField()
    author = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    approved_by = serializers.CharField(allow_null=True)
    activated_at = serializers.DateTimeField(allow_null=True)


class SimulationRunSerializer(serializers.Serializer[object]):
    """How far the latest simulation is: queued, running, succeeded, or failed with its cause."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    error = serializers.DictField(allow_null=True)
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class VersionWithTextSerializer(VersionSerializer):
    """A version with its text, with what its simulation found, and with how far the latest one is."""

    text = serializers.CharField()
    simulation = serializers.DictField(allow_null=True)
    simulation_run = SimulationRunSerializer(allow_null=True)


class VersionPageSerializer(serializers.Serializer[object]):
    """A page of versions, newest first; 0 in force are the policies that the program brings along."""

    items = VersionSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    number_in_force = serializers.IntegerField()
    # Actions of this release that the version in force names nowhere, so that nobody may do them.
    actions_left_out = serializers.ListField(child=serializers.CharField())


class VersionToDraftSerializer(StrictSerializer):
    """A text of policies and why it is written."""

    text = TextField(max_length=256_000, trim_whitespace=False)
    note = TextField(max_length=NOTE_MAX, required=False, allow_blank=True)


class FindingSerializer(serializers.Serializer[object]):
    """One thing that is wrong with a text."""

    kind = serializers.CharField()
    policy_id = serializers.CharField()
    message = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    remedy = serializers.CharField()


class FindingsSerializer(serializers.Serializer[object]):
    """What is wrong; an empty list for a version that may come into force."""

    items = FindingSerializer(many=True)


class PolicyVersionApprovalSerializer(StrictSerializer):
    """The SHA-256 of the text that was looked at."""

    digest = TextField(max_length=64)


class ActivationSerializer(StrictSerializer):
    """Why it is put in force."""

    reason = TextField(max_length=REASON_MAX, required=False, allow_blank=True)


class RollBackSerializer(StrictSerializer):
    """Which version, and why."""

    number = WholeField(min_value=0, max_value=NUMBER_MAX)
    reason = TextField(max_length=REASON_MAX)


class DifferenceQuery(StrictSerializer):
    """The version that it is compared with."""

    # A parameter of an address is always a text.
    before = serializers.IntegerField(min_value=0, max_value=NUMBER_MAX)


class DifferenceSerializer(serializers.Serializer[object]):
    """Ids of policies, and the lines as `diff -u` writes them."""

    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())
    lines = serializers.CharField()


class MatrixSerializer(serializers.Serializer[object]):
    """For each action the roles each of which alone may do it."""

    actions = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


@policy_action(GET=READ_VERSIONS, POST=WRITE_VERSION)
class PolicyVersionsView(PlatformView):
    """The versions."""

    methods_with_query = READING

    @extend_schema(
        operation_id="policy_versions_list", parameters=[PageQuery], responses=VersionPageSerializer
    )
    def get(self, request: Request) -> Response:
        """List the versions, newest first."""
        read_query(request, PageQuery)
        page = keyset_page(
            request=request, queryset=versions_of_reader(seen_by=self.principal), keyset=Keyset("-number")
        )
        told = {
            "number_in_force": number_in_force(),
            "actions_left_out": list(actions_left_out(active_engine())),
        }
        return Response({**page.body(_represented), **told})

    @extend_schema(
        operation_id="policy_versions_draft",
        request=VersionToDraftSerializer,
        responses={201: VersionWithTextSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep a text as a new version; what is wrong with it is told when it is validated."""
        body = self.read_body(VersionToDraftSerializer)
        version = draft_version(text=body["text"], note=body.get("note", ""), drafted_by=self.principal)
        return Response(_with_text(version), 201, headers={"Location": f"{request.path}/{version.number}"})


@policy_action(GET=READ_VERSIONS)
class PolicyVersionView(PlatformView):
    """One version."""

    @extend_schema(operation_id="policy_versions_read", responses=VersionWithTextSerializer)
    def get(self, request: Request, number: int) -> Response:
        """Read a version with its text and its simulation."""
        return Response(_with_text(get_version(number=number, seen_by=self.principal)))


@policy_action(GET=READ_VERSIONS)
class PolicyVersionDifferenceView(PlatformView):
    """How it differs."""

    methods_with_query = READING

    @extend_schema(
        operation_id="policy_versions_difference",
        parameters=[DifferenceQuery],
        responses=DifferenceSerializer,
    )
    def get(self, request: Request, number: int) -> Response:
        """Compare a version with an earlier one; 0 are the policies that the program brings along."""
        query = read_query(request, DifferenceQuery)
        found = difference(before=query["before"], after=number, seen_by=self.principal)
        return Response(asdict(found))


@policy_action(POST=WRITE_VERSION)
class PolicyVersionValidateView(PlatformView):
    """The verb."""

    @extend_schema(operation_id="policy_versions_validate", request=None, responses=FindingsSerializer)
    def post(self, request: Request, number: int) -> Response:
        """Look whether a version could come into force; each finding has its place and a remedy."""
        self.read_body(StrictSerializer)
        found = validate_version(number=number, validated_by=self.principal)
        return Response({"items": [finding.as_json() for finding in found]})


@policy_action(POST=WRITE_VERSION)
class PolicyVersionSimulateView(PlatformView):
    """The verb."""

    @extend_schema(
        operation_id="policy_versions_simulate",
        request=None,
        responses={202: VersionWithTextSerializer},
    )
    def post(self, request: Request, number: int) -> Response:
        """Let the latest recorded questions be asked again; read the version to see how far that is."""
        self.read_body(StrictSerializer)
        begin_simulation(number=number, simulated_by=self.principal)
        version = get_version(number=number, seen_by=self.principal)
        location = request.path.rpartition(":")[0]
        return Response(_with_text(version), 202, headers={"Location": location})


@policy_action(POST=APPROVE_VERSION)
class PolicyVersionApproveView(PlatformView):
    """The verb."""

    @extend_schema(
        operation_id="policy_versions_approve",
        request=PolicyVersionApprovalSerializer,
        responses=VersionSerializer,
    )
    def post(self, request: Request, number: int) -> Response:
        """Approve a version that somebody else wrote; send the digest of the text that you looked at."""
        digest = self.read_body(PolicyVersionApprovalSerializer)["digest"]
        version = approve_version(number=number, digest=digest, approved_by=self.principal)
        return Response(_represented(version))


@policy_action(POST=ACTIVATE_VERSION)
class PolicyVersionActivateView(PlatformView):
    """The verb."""

    @extend_schema(
        operation_id="policy_versions_activate", request=ActivationSerializer, responses=VersionSerializer
    )
    def post(self, request: Request, number: int) -> Response:
        """Put an approved version in force; every process decides by it within a second."""
        reason = self.read_body(ActivationSerializer).get("reason", "")
        version = activate_or_wait(number=number, activated_by=self.principal, reason=reason)
        return Response(_represented(version))


@policy_action(POST=ROLL_BACK_VERSION)
class PolicyRollBackView(PlatformView):
    """The verb."""

    @extend_schema(operation_id="policy_roll_back", request=RollBackSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Put a version in force again that was so before; 0 are the policies of the program."""
        body = self.read_body(RollBackSerializer)
        roll_back_or_wait(number=body["number"], rolled_back_by=self.principal, reason=body["reason"])
        return Response(status=204)


@policy_action(GET=READ_VERSIONS)
class PolicyMatrixView(PlatformView):
    """Who can do what."""

    @extend_schema(operation_id="policy_matrix", responses=MatrixSerializer)
    def get(self, request: Request) -> Response:
        """Tell, for each action, the roles each of which alone may do it in a company at work."""
        matrix = matrix_of(active_engine())
        return Response({"actions": {code: sorted(roles) for code, roles in matrix.items()}})


def _represented(version: PolicyVersion) -> dict[str, Any]:
    return {str(name): getattr(version, str(name)) for name in VersionSerializer().fields}


def _with_text(version: PolicyVersion) -> dict[str, Any]:
    told = {
        str(name): getattr(version, str(name))
        for name in VersionWithTextSerializer().fields
        if str(name) != "simulation_run"
    }
    run = latest_run(version)
    shown = run and {str(name): getattr(run, str(name)) for name in SimulationRunSerializer().fields}
    return {**told, "simulation_run": shown}
