# SPDX-License-Identifier: Apache-2.0
"""Refusals of the HTTP frame itself, before any context is asked."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class RequestMustMatchTheSchema(CortexError):
    """Fields are missing, unknown or of the wrong shape; the evidence lists each."""

    code = "api.request_must_match_the_schema"
    status = 400


class BodyMustBeStrictJson(Malformed):
    """The body is no JSON, or JSON that two readers could understand differently."""

    code = "api.body_must_be_strict_json"


class BodyMustNotBeTooLarge(CortexError):
    """The body is over the limit."""

    code = "api.body_must_not_be_too_large"
    status = 413


class BodyLengthMustBeTold(CortexError):
    """The body comes in chunks, or with a length that is no number: it could not be bounded."""

    code = "api.body_length_must_be_told"
    status = 411


class MethodMustBeOffered(CortexError):
    """No route answers this HTTP method; frames of libraries would take it for a reading."""

    code = "api.method_must_be_offered"
    status = 405


class BodyMustBeLeftOut(Malformed):
    """A body came with a method that reads none."""

    code = "api.body_must_be_left_out"


class AddressMustBeUtf8(Malformed):
    """The parameters behind the question mark are no UTF-8: some letters would be read as others."""

    code = "api.address_must_be_utf8"


class TextMustHaveNoNul(Malformed):
    """The address holds the character NUL, which the database cannot store or look for."""

    code = "api.text_must_have_no_nul"


class TokenMustBeValid(CortexError):
    """An access token was given that is unknown, expired, revoked or meant for another resource."""

    code = "api.token_must_be_valid"
    status = 401


class RequestsMustComeSlower(CortexError):
    """The principal has used up its requests for the moment."""

    code = "api.requests_must_come_slower"
    status = 429


class IdempotencyKeyMustBeGiven(Malformed):
    """Something is posted here: without a key a lost answer could not be told from a lost request."""

    code = "api.idempotency_key_must_be_given"


class IdempotencyKeyMustBeWellFormed(Malformed):
    """The key is empty, too long, or holds what is not printable ASCII."""

    code = "api.idempotency_key_must_be_well_formed"


class IdempotencyKeyMustKeepItsRequest(Conflict):
    """The key was used for another request."""

    code = "api.idempotency_key_must_keep_its_request"


class CursorMustBeOurs(Malformed):
    """The cursor was changed, or belongs to another list or other filters."""

    code = "api.cursor_must_be_ours"


class LimitMustBeInRange(Malformed):
    """The page size is no number or out of range."""

    code = "api.limit_must_be_in_range"


class IfMatchMustBeGiven(CortexError):
    """A change must name the version that it was made on."""

    code = "api.if_match_must_be_given"
    status = 428


class VersionMustBeCurrent(CortexError):
    """Somebody changed the object meanwhile."""

    code = "api.version_must_be_current"
    status = 412


class RouteMustExist(NotFound):
    """Nothing is served under this path."""

    code = "api.route_must_exist"
