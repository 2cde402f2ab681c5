# SPDX-License-Identifier: Apache-2.0
"""Refusals of the registry. `registry_code` is what clients of the Confluent API know each by.

Source: Confluent Schema Registry, API reference, section "Errors"; the first three digits are the status.
"""

from typing import ClassVar

from cortex.errors import CortexError


class RegistryError(CortexError):
    """The registry refuses; the base of its refusals."""

    code = "schemas.request_must_be_possible"
    registry_code: ClassVar[int] = 422


class SubjectMustBeYours(RegistryError):
    """The subject belongs to somebody with whom the principal shares no company, or to the platform."""

    code, status, registry_code = "schemas.subject_must_be_yours", 403, 40301


class SubjectMustExist(RegistryError):
    """No subject of this name, or none that is not deleted."""

    code, status, registry_code = "schemas.subject_must_exist", 404, 40401


class VersionMustExist(RegistryError):
    """The subject has no such version, or none that is not deleted."""

    code, status, registry_code = "schemas.version_must_exist", 404, 40402


class SchemaMustExist(RegistryError):
    """No schema of this id, or the subject does not hold this schema."""

    code, status, registry_code = "schemas.schema_must_exist", 404, 40403


class SubjectMustNotBeDeletedTwice(RegistryError):
    """Every version of the subject is deleted already; what is left is to delete them for good."""

    code, status, registry_code = "schemas.subject_must_not_be_deleted_twice", 404, 40404


class SubjectMustBeDeletedFirst(RegistryError):
    """Deleting for good comes second: a version is still in use."""

    code, status, registry_code = "schemas.subject_must_be_deleted_first", 404, 40405


class VersionMustNotBeDeletedTwice(RegistryError):
    """The version is deleted already."""

    code, status, registry_code = "schemas.version_must_not_be_deleted_twice", 404, 40406


class VersionMustBeDeletedFirst(RegistryError):
    """Deleting for good comes second: the version is still in use."""

    code, status, registry_code = "schemas.version_must_be_deleted_first", 404, 40407


class ConfigMustExist(RegistryError):
    """The subject has no compatibility mode of its own."""

    code, status, registry_code = "schemas.config_must_exist", 404, 40408


class SchemaMustBeCompatible(RegistryError):
    """The schema would break readers or writers of an earlier version."""

    code, status, registry_code = "schemas.schema_must_be_compatible", 409, 409


class SchemaMustBeValid(RegistryError):
    """The text is no schema of its type, or one that could not be checked or used safely."""

    code, status, registry_code = "schemas.schema_must_be_valid", 422, 42201


class VersionMustBeWellFormed(RegistryError):
    """A version is a number from 1 on, or `latest`."""

    code, status, registry_code = "schemas.version_must_be_well_formed", 422, 42202


class CompatibilityMustBeKnown(RegistryError):
    """The compatibility mode is none of the seven."""

    code, status, registry_code = "schemas.compatibility_must_be_known", 422, 42203


class SubjectMustBeOpen(RegistryError):
    """Subjects of the program's own events follow its code, and nothing else writes them."""

    code, status, registry_code = "schemas.subject_must_be_open", 422, 42205


class SchemaMustNotBeReferenced(RegistryError):
    """Another schema refers to this version."""

    code, status, registry_code = "schemas.schema_must_not_be_referenced", 422, 42206


class SubjectMustBeWellFormed(RegistryError):
    """The subject's name is empty, too long, or could be taken for another path."""

    code, status, registry_code = "schemas.subject_must_be_well_formed", 422, 42208


class SchemaMustNotBeTooLarge(RegistryError):
    """The schema, or what it refers to, is over a limit."""

    code, status, registry_code = "schemas.schema_must_not_be_too_large", 422, 42209
