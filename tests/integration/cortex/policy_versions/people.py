# SPDX-License-Identifier: Apache-2.0
"""Two platform administrators, freshly signed in, and texts of policies to bring into force."""

from dataclasses import dataclass, replace

from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.policy.models import PolicyVersion
from cortex.policy.packaged import packaged_text
from cortex.policy_versions.draft_version import draft_version
from cortex.policy_versions.simulate_version import simulate_version
from cortex.policy_versions.validate_version import validate_version
from cortex.ports.clock import Clock
from cortex.ports.principal import Authentication, Principal
from cortex.ports.registry import get
from tests.factories.people import person

NO_CLERKS = """
@id("house.clerks_post_nothing")
@title("Clerks post nothing here")
forbid (
  principal in Cortex::Role::"clerk",
  action == Cortex::Action::"accounting.journal_entry.post",
  resource
);
"""


@dataclass(frozen=True, kw_only=True)
class Administrators:
    """Alice writes policies, Bob approves them, Charlie has no business here."""

    alice: Principal
    bob: Principal
    charlie: Principal


def administrators() -> Administrators:
    """Create the three."""
    people = {name: person(name) for name in ("alice", "bob", "charlie")}
    User.objects.filter(username__in=("alice", "bob")).update(is_superuser=True, is_staff=True)
    return Administrators(**{name: fresh(user) for name, user in people.items()})


def fresh(user: User) -> Principal:
    """Return somebody who signed in with a second factor just now."""
    now = get(Clock).now()
    proof = Authentication(methods=frozenset({"pwd", "otp"}), at=now, factor_at=now)
    return replace(principal_of_user(user), authentication=proof)


def drafted(author: Principal, addition: str = NO_CLERKS) -> PolicyVersion:
    """Return a version with the program's policies and one more."""
    return draft_version(text=packaged_text() + addition, note="Stricter", drafted_by=author)


def simulated(author: Principal, addition: str = NO_CLERKS) -> PolicyVersion:
    """Return a version that a second person could approve."""
    version = drafted(author, addition)
    assert validate_version(number=version.number, validated_by=author) == []
    simulate_version(number=version.number, simulated_by=author)
    version.refresh_from_db()
    return version
