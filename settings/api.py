# SPDX-License-Identifier: Apache-2.0
"""The API of programs: who is let in, what is read and written, and how it describes itself."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cortex.api.authentication.BearerAuthentication",
        "cortex.api.authentication.BrowserSessionAuthentication",
        "cortex.api.peers.ServiceCertificateAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["cortex.api.permissions.IsSignedIn"],
    "DEFAULT_THROTTLE_CLASSES": ["cortex.api.throttles.PrincipalThrottle"],
    "DEFAULT_PARSER_CLASSES": ["cortex.api.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["cortex.api.renderers.JsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "cortex.api.openapi.CortexAutoSchema",
    "EXCEPTION_HANDLER": "cortex.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Codexion Cortex",
    "DESCRIPTION": "Books that can be proved unchanged. Errors are RFC 9457 problems with a stable code.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    # Sidecar files are served from here: documentation asks no other host for anything.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Fields that share the name `state` and mean different things.
    "ENUM_NAME_OVERRIDES": {
        "ProposalState": "cortex.approvals.models.Proposal.State",
        "HeldDeliveryState": "cortex.events.models.HeldDelivery.State",
        "WebhookDeliveryState": "cortex.events.models.WebhookDelivery.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cortex.api.openapi.add_problem_responses",
    ],
}
