# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a backup, with whoever takes it, and with where it is restored."""

from cortex.errors import CortexError, Malformed


class BackupMustBeReadable(Malformed):
    """The file is no backup, was changed or cut, or was sealed for somebody else."""

    code = "backups.backup_must_be_readable"


class BackupMustBeWritten(CortexError):
    """The place of the backup took only a part of it: its disk is full, or went away."""

    code = "backups.backup_must_be_written"


class BackupMustNotBeNewer(CortexError):
    """A later release wrote the backup: its schema has what this one does not know."""

    code = "backups.backup_must_not_be_newer"
    status = 409


class ServerMustNotBeOlder(CortexError):
    """The server to restore into is older than the one that was dumped."""

    code = "backups.server_must_not_be_older"
    status = 409


class ClusterMustNotGoBack(CortexError):
    """The cluster to restore into is a copy of the one that was dumped, and counts transactions anew."""

    code = "backups.cluster_must_not_go_back"
    status = 409


class BackupMustNotBeOld(CortexError):
    """The backup is older than any may be: what was erased since would come back."""

    code = "backups.backup_must_not_be_old"
    status = 409


class BackupKeyMustBeReadable(Malformed):
    """A recipient or an identity is none of age."""

    code = "backups.key_must_be_readable"


class AdministratorMustBeNamed(CortexError):
    """No administrator of the database was named."""

    code = "backups.administrator_must_be_named"


class AdministratorMustSeeEverything(CortexError):
    """Row-level security would hide rows from whoever takes or compares the backup."""

    code = "backups.administrator_must_see_everything"


class DatabaseMustBeReachable(CortexError):
    """The server refused the administrator, or does not answer."""

    code = "backups.database_must_be_reachable"
    status = 503


class DatabaseMustBeEmpty(CortexError):
    """A backup is restored into a new database, never over books that are there."""

    code = "backups.database_must_be_empty"
    status = 409


class DatabaseToolMustBeFound(CortexError):
    """This machine has no `pg_dump` and `pg_restore` of the server's version."""

    code = "backups.database_tool_must_be_found"


class DatabaseToolMustSucceed(CortexError):
    """`pg_dump` or `pg_restore` ended with an error."""

    code = "backups.database_tool_must_succeed"
