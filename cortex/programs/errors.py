# SPDX-License-Identifier: Apache-2.0
"""Refusals of this room."""

from cortex.errors import Conflict, CortexError, NotFound


class ClientMustExist(NotFound):
    """No client has this id."""

    code = "programs.client_must_exist"


class ClientIdMustBeUnique(Conflict):
    """Another client has this id."""

    code = "programs.client_id_must_be_unique"


class AuthorizationMustExist(NotFound):
    """Nobody said this yes."""

    code = "programs.authorization_must_exist"


class TokenMustExist(NotFound):
    """No such token counts, or none any more."""

    code = "programs.token_must_exist"


class ClientMustBeWellFormed(CortexError):
    """An id, an address or a combination of terms does not meet the rules of clients."""

    code = "programs.client_must_be_well_formed"


class ClientMustActAsAService(CortexError):
    """A client is to act as a person, whose rights it would hold without the person's sign-in."""

    code = "programs.client_must_act_as_a_service"


class ClientMustHaveASecret(CortexError):
    """A public client keeps no secret, so that there is none to rotate."""

    code = "programs.client_must_have_a_secret"


class ScopeMustBeKnown(CortexError):
    """A scope is asked for that no action needs, or that the client may not ask for."""

    code = "programs.scope_must_be_known"


class SigningKeyMustBeTrusted(CortexError):
    """The keeper's latest key was withdrawn: nothing may be signed with it."""

    code = "programs.signing_key_must_be_trusted"
    status = 503


class SigningKeyMustExist(NotFound):
    """No key of this id was published."""

    code = "programs.signing_key_must_exist"


class TokenMustBeAuthentic(CortexError):
    """A token is not what one of our keys signed for this purpose."""

    code = "programs.token_must_be_authentic"
    status = 401
