# SPDX-License-Identifier: Apache-2.0
"""Find and create companies."""

from uuid import UUID

from django.db import IntegrityError, connection

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import constraint_name, transactional
from cortex.errors import Conflict, CortexError, NotFound
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.models import Company
from cortex.tenancy.scope import scope

CREATE = "tenancy.company.create"
COMPANY = "tenancy.company"


class CompanyMustExist(NotFound):
    """No company of this code can be seen."""

    code = "tenancy.company_must_exist"


class CompanyCodeMustBeUnique(Conflict):
    """Another company has this code."""

    code = "tenancy.company_code_must_be_unique"


class CompanyCodeMustBePlain(Conflict):
    """Codes stand in URLs and file names: capital letters, digits, dash and underscore."""

    code = "tenancy.company_code_must_be_plain"
    status = 422


def company_id_for(*, code: str) -> UUID | None:
    """Return the id of the company with this code, whoever may see it, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_company_id(%s)", [code])
        row = cursor.fetchone()
    return row[0] if row else None


def all_company_ids() -> list[UUID]:
    """Return every company of the installation: for platform administrators and schedules only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tenancy_all_company_ids()")
        return [row[0] for row in cursor.fetchall()]


def company_by_code(*, code: str) -> Company:
    """Return the company with this code, whoever may see it; raises CompanyMustExist."""
    company_id = company_id_for(code=code)
    if company_id is None:
        raise company_must_exist(code=code)
    with scope([company_id]):
        return _company(company_id)


def company_with_id(*, company_id: UUID) -> Company:
    """Return the company of an id that a row holds, so that it is there."""
    with scope([company_id]):
        return _company(company_id)


def company_status(*, company_id: UUID) -> str | None:
    """Return the status of a company, or None when there is no such company."""
    with scope([company_id]):
        return _status(company_id)


def company_must_exist(*, code: str) -> CompanyMustExist:
    """Return the error that says so, the same for a company that is hidden and one that is not there."""
    return CompanyMustExist(
        f"Company {code}: expected a company that you belong to, got none of that code. "
        "Check the code, or ask its administrator for a membership.",
        evidence={"object": "company", "got": code, "remedy": "check the code"},
    )


def create_company(*, code: str, name: str, created_by: Principal) -> Company:
    """Create an active company and return it.

    Raises: AccessMustBeGranted, CompanyCodeMustBeUnique, CompanyCodeMustBePlain.
    """
    company = Company(id=uuid7(), code=code, name=name)
    with scope([company.id]):
        try:
            _insert(company, created_by)
        except IntegrityError as error:
            raise _refused(code=code, constraint=constraint_name(error)) from error
    return company


@transactional
def _company(company_id: UUID) -> Company:
    return Company.objects.get(id=company_id)


@transactional
def _status(company_id: UUID) -> str | None:
    return Company.objects.filter(id=company_id).values_list("status", flat=True).first()


@transactional
def _insert(company: Company, created_by: Principal) -> None:
    get(Authorizer).require(principal=created_by, action=CREATE, company_id=None)
    company.save(force_insert=True)
    # The platform's leaf: who made a company is nothing that its own people did.
    record = AuditRecord(
        verb="tenancy.company.created",
        object_type=COMPANY,
        object_id=company.id,
        digest=company_digest(company),
        is_new=True,
    )
    get(AuditLog).append(company_id=None, actor=created_by, records=[record])


def company_digest(company: Company) -> str:
    """Return the digest of a company: not of its name, which may be a person's, and of no state, which no
    verb sets.
    """
    return canonical_digest({"code": company.code})


def _refused(*, code: str, constraint: str) -> CortexError:
    evidence = {"object": "company", "got": code}
    if constraint == "company_code_unique":
        return CompanyCodeMustBeUnique(
            f"Company {code}: a company of this code exists. Choose another code.", evidence=evidence
        )
    return CompanyCodeMustBePlain(
        f"Company {code}: expected capital letters, digits, '-' and '_', starting with a letter or digit.",
        evidence=evidence,
    )
