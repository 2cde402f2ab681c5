# SPDX-License-Identifier: Apache-2.0
"""Watch a job and cancel it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.serializers import StrictSerializer
from cortex.api.views.base import CortexView
from cortex.jobs.actions import CANCEL, READ
from cortex.jobs.cancel import cancel_job
from cortex.jobs.models import Job
from cortex.jobs.policy_objects import job_as_resource
from cortex.jobs.selectors import job_in, job_must_exist
from cortex.policy.access import companies_open_to
from cortex.policy.declarations import declaration_of, policy_action
from cortex.policy.objects import require_on
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get
from cortex.tenancy import scope


class JobSerializer(serializers.Serializer[object]):
    """A job as its watchers see it."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    message = serializers.CharField()
    result = serializers.DictField(allow_null=True)
    error = serializers.DictField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class _JobRoom(CortexView):
    """Finds the job among the caller's companies, then asks for the action in the job's own."""

    job: Job

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID]:
        company_ids = [found.company_id for found in companies_open_to(self.principal)]
        with scope(company_ids):
            self.job = job_in(company_ids=company_ids, job_id=self.kwargs["job_id"])
        self._require_access()
        with scope([self.job.company_id]):
            yield self.job.company_id

    def _require_access(self) -> None:
        """Ask for the action, of the job's owner too: a role may have ended, and a token is narrow."""
        declaration = declaration_of(self)
        action = declaration.action_for("*") if declaration else None
        get(Authorizer).require(principal=self.principal, action=str(action), company_id=self.job.company_id)
        require_on(
            job_as_resource(self.job),
            principal=self.principal,
            action=str(action),
            company_id=self.job.company_id,
            read_action=READ,
            missing=job_must_exist(job_id=self.job.id),
        )


@policy_action(READ)
class JobView(_JobRoom):
    """One job."""

    @extend_schema(operation_id="jobs_read", responses=JobSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Watch a job: ask again every second or so until it is finished."""
        return Response(represented(self.job))


@policy_action(CANCEL)
class JobCancelView(_JobRoom):
    """The verb."""

    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel a job: at once while it waits, at its next report of progress while it runs."""
        self.read_body(StrictSerializer)
        return Response(represented(cancel_job(company_id=self.job.company_id, job_id=job_id)))


def represented(job: Job) -> dict[str, Any]:
    """Return the job as JSON."""
    return {str(name): getattr(job, str(name)) for name in JobSerializer().fields}
