# SPDX-License-Identifier: Apache-2.0
"""What the program's own login may do in the database."""

from apps.audit.adapters.probes.counting import none_in, rows
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe

_ROLE = """
SELECT current_user::text,
       coalesce(bool_or(rolsuper), false), coalesce(bool_or(rolbypassrls), false),
       coalesce(bool_or(rolcreaterole), false), coalesce(bool_or(rolreplication), false),
       (SELECT count(*) FROM pg_class
         WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user))
  FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') OR pg_has_role(session_user, oid, 'MEMBER')
"""
_UNPINNED = """
SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
   AND ('search_path=public, pg_temp' = ANY (proconfig) IS NOT TRUE
        OR has_function_privilege('public', oid, 'execute'))
"""
_DEFINERS = "SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
_WRITABLE = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
   AND (has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER'))
"""


@probe(
    "database.role",
    title="The program's login is no superuser, owns nothing, and row-level security binds it",
    remedy="Point DATABASE_URL at the role cortex_app; `python -m cortex.database.provision` makes it.",
)
def role(asked: Asked) -> Finding:
    """Look at the login of this very process, and at all that it could become."""
    ((name, is_super, bypasses, creates, replicates, owned),) = rows(_ROLE)
    powers = {
        "superuser": is_super,
        "bypasses_row_level_security": bypasses,
        "creates_roles": creates,
        "replicates": replicates,
    }
    held = [power for power, is_held in powers.items() if is_held]
    return judged(
        not held and owned == 0,
        well=f"{name} has no power of its own.",
        ill=f"{name} is too powerful: {', '.join(held) or 'no mark'}, owner of {owned} tables.",
        role=name,
        powers=held,
        owned=owned,
    )


@probe(
    "database.functions",
    title="Functions that run as the owner cannot be led astray",
    remedy="Run the migrations of the release; look who changed the functions.",
)
def functions(asked: Asked) -> Finding:
    """Look for functions with the owner's rights, whose search path is open or that everybody may call."""
    ((count,),) = rows(_DEFINERS)
    return none_in(
        [name for (name,) in rows(_UNPINNED)],
        of=count,
        well="Every function of the owner pins its search path and is closed to the public.",
        ill="Functions of the owner that are open",
    )


@probe(
    "database.no_truncate",
    title="The program can neither empty a table nor change its triggers",
    remedy="Take the rights away: REVOKE TRUNCATE, TRIGGER ON the tables FROM cortex_app.",
)
def no_truncate(asked: Asked) -> Finding:
    """Look for tables that the login may empty."""
    ((count,),) = rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    return none_in(
        [name for (name,) in rows(_WRITABLE)],
        of=count,
        well="No table can be emptied.",
        ill="Tables that the program may empty",
    )
