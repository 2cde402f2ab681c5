# SPDX-License-Identifier: Apache-2.0
"""What every installation shares. Modules for one kind of installation begin from here."""

import logging
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from cortex.boot.configuration import current_configuration
from cortex.boot.tls.connections import broker_url, database_options
from cortex.database.provision import OWNER
from cortex.secrets.at_start import options_of
from settings import api, schedule, unfold

# Lower case: Django's settings are the names in capitals, and pages that list them must not find this.
configuration = current_configuration()
application = configuration.application

BASE_DIR = Path(__file__).resolve().parent.parent
# A wheel carries templates and static files beside the settings; in a checkout they lie at its root.
_PACKED = Path(__file__).resolve().parent / "assets"
ASSETS_DIR = _PACKED if _PACKED.is_dir() else BASE_DIR

DEBUG = False
SECRETS = options_of(configuration.secrets)
SECRET_KEY = application.secret_key.get_secret_value()
SECRET_KEY_FALLBACKS = [key.get_secret_value() for key in application.secret_key_fallbacks]
ALLOWED_HOSTS = list(application.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(application.csrf_trusted_origins)

ROOT_URLCONF = "settings.urls"
WSGI_APPLICATION = "settings.wsgi.application"
ASGI_APPLICATION = "settings.asgi.application"
# What is to be done before any app is loaded; apps declare their own hooks in ready().
BOOT_MODULES = ["cortex.boot.first_hooks"]
AUTH_USER_MODEL = "identity.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cortex.database",
    "cortex.tenancy",
    "cortex.identity",
    "cortex.policy",
    "cortex.schemas",
    "cortex.secrets",
    "cortex.pki",
    "cortex.events",
    "cortex.storage",
    "cortex.sealed_fields",
    "cortex.mail",
    "cortex.programs",
    "cortex.backups",
    "cortex.access_reviews",
    "cortex.jobs",
    "cortex.approvals",
    "cortex.break_glass",
    "cortex.policy_versions",
    "cortex.api",
    "cortex.observability",
    "cortex.people",
    "apps.audit",
    "apps.accounting",
    "apps.plugins",
    "apps.mlops",
    # unfold replaces templates of the admin, so it stands before it; the site is ours, not its own.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.guardian",
    "cortex.backoffice",
    "cortex.backoffice.admin_config.BackofficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "oauth2_provider",
    "guardian",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_structlog",
    "django_prometheus",
    "django_celery_beat",
    # Last: when it is ready, every other has bound its ports, and the container is built.
    "cortex.container",
]

MIDDLEWARE = [
    # First: whatever answers a request does it inside the request's scope.
    "cortex.container.middleware.ScopeMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cortex.api.request_ids.RequestIdMiddleware",
    "cortex.policy.browser.ContentSecurityPolicyMiddleware",
    # Before anything that could read a body; its page needs the request id and the nonce.
    "cortex.api.request_bounds.RequestBoundsMiddleware",
    "cortex.api.peers.PeerCertificateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cortex.identity.session_limits.SessionLimitsMiddleware",
    "cortex.observability.request_log.RequestLogMiddleware",
    # Before any view: whoever must have a second factor does nothing without it.
    "cortex.people.enrolment.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cortex.api.middleware.CortexErrorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ASSETS_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# ── Databases: three logins to one PostgreSQL ────────────────────────────────
database = configuration.database
_FILES = configuration.tls.files
_CONNECTION = {"CONN_MAX_AGE": database.connection_age_seconds_max, "CONN_HEALTH_CHECKS": True}
DATABASES = {
    "default": {**database.application, **_CONNECTION},
    # Used by migrations alone; a process that only serves need not know the owner's login.
    "owner": {**database.owner, "CONN_MAX_AGE": 0},
    "service": {**database.service, **_CONNECTION},
}
if SECRETS.vault is not None:
    for _alias, _ in SECRETS.vault.database_roles:
        # The vault makes a login for each process; of the URL only server, database and options count.
        DATABASES[_alias]["ENGINE"] = "cortex.database.postgresql"
        if _alias == "owner":
            # Tables must belong to the role itself: the login that made them is dropped.
            DATABASES[_alias]["OPTIONS"]["assume_role"] = OWNER
for _described in DATABASES.values():
    _described["OPTIONS"] = database_options(_described["OPTIONS"], files=_FILES)
DATABASE_ROUTERS = ["cortex.database.router.RoleRouter"]

# ── Cache and broker ─────────────────────────────────────────────────────────
REDIS_URL = broker_url(configuration.broker.url.get_secret_value(), files=_FILES)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Every commit that publishes an event asks it whether a relay is coming: one that hangs holds up
        # whoever posts, so nobody waits for it as long as the library would.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# ── Who signs and cosigns the log of what was done ───────────────────────────
AUDIT_LOG_ORIGIN = configuration.transparency.origin_at(public_url=configuration.mail.public_url)
AUDIT_SIGNER_SOCKET = configuration.transparency.signer_socket
AUDIT_WITNESSES = configuration.transparency.witnesses
AUDIT_MIRROR_ADDRESS = configuration.transparency.mirror_address
AUDIT_MIRROR_BUCKET = configuration.transparency.mirror_bucket
AUDIT_MIRROR_REGION = configuration.transparency.mirror_region
AUDIT_MIRROR_CACERT = configuration.transparency.mirror_authorities
AUDIT_MIRROR_DAYS = configuration.transparency.mirror_days
MARKETPLACE_SIGNER_SOCKET = configuration.transparency.marketplace_signer
COMPLIANCE_PACK_KEYS = configuration.transparency.pack_keys
COMPLIANCE_TEXTS = configuration.transparency.licensed_texts

# ── Backups ──────────────────────────────────────────────────────────────────
BACKUP_DIRECTORY = configuration.backups.directory
BACKUP_RECIPIENTS = configuration.backups.recipients
BACKUP_KEPT_DAYS = configuration.backups.kept_days

# ── Certificates of those who connect ────────────────────────────────────────
TLS_FILES = _FILES
WEB_TRUSTED_PROXIES = configuration.tls.trusted_proxies
WEB_PEER_SERVICES = configuration.tls.service_of_peer

# ── Identity ─────────────────────────────────────────────────────────────────
PASSWORD_HASHERS = ["cortex.identity.passwords.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "cortex.identity.passwords.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cortex.identity.passwords.GuessableValidator"},
    {"NAME": "cortex.identity.breached_passwords.BreachedValidator"},
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
# A session ends this long after it began, and after this long without a request.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 2 * 60 * 60
FEDERATION = configuration.people.federation
BREACHED_PASSWORDS = configuration.people.breached_passwords
SOCIALACCOUNT_ADAPTER = "cortex.people.federation.adapters.ConfiguredProviders"
WEB_PROXIES = configuration.web.proxies
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Of allauth only what the rooms of identity and people call is used: its pages have no route.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Object grants become data for the policy engine; guardian's backend must not answer for it (a backend
# that says yes cannot be vetoed), and it needs no anonymous user.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
# Fixed, and never what a Host header says: tokens are believed only from this issuer and for this audience.
TOKEN_AUDIENCE = configuration.mail.public_url or "http://127.0.0.1:8000"
TOKEN_ISSUER = f"{TOKEN_AUDIENCE}/o"
# How often one address may ask for one client; ten times as often for all of them.
OAUTH_REQUESTS_PER_MINUTE = 600
# The library's own row for a client; what we know beyond it stands in a table beside.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "cortex.programs.scopes.DeclaredScopes",
    "OAUTH2_VALIDATOR_CLASS": "cortex.programs.validator.Validator",
    "OAUTH2_BACKEND_CLASS": "cortex.programs.backend.Core",
    "ACCESS_TOKEN_GENERATOR": "cortex.programs.tokens.access_tokens.signed_for_request",
    "REFRESH_TOKEN_GENERATOR": "cortex.programs.tokens.random_values.random_token",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "ID_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    # Two weeks without use end a family; cortex.programs.families ends it after ninety days in any case.
    "REFRESH_TOKEN_EXPIRE_SECONDS": 14 * 24 * 60 * 60,
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": TOKEN_ISSUER,
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "OAUTH_PRE_TOKEN_VALIDATION": [],
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# ── What a browser may do ────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Whole bodies, files included: in general, and where more is expected (the first pattern that fits).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
_MIB = 1024 * 1024
BODY_BYTES_MAX_OF_PATHS = [
    (r"/api/v1/companies/[^/]+/journal-imports", 33 * _MIB),
    (r"/api/v1/companies/[^/]+/journal-entries:batch", 10 * _MIB),
    (r"/books/[^/]+/import/", 9 * _MIB),
    (r"/api/v1/marketplace/submissions", 9 * _MIB),
    (r"/marketplace/mine/submit/", 9 * _MIB),
]
FILE_UPLOAD_HANDLERS = [
    "cortex.api.request_bounds.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
STORED_FILE_BYTES_MAX = configuration.files.stored_bytes_max
PLUGIN_DIRECTORY = configuration.files.plugin_directory

# ── Language, time and numbers ───────────────────────────────────────────────
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# Separators would also fall on ids and years; amounts are formatted by cortex.money alone.
USE_THOUSAND_SEPARATOR = False

# ── Static files ─────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT: str | None = configuration.files.static_root
STATICFILES_DIRS = [directory for directory in [ASSETS_DIR / "static"] if directory.is_dir()]
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ── Providers and limits ─────────────────────────────────────────────────────
PROVIDER_LIMITS = configuration.limits.providers
API_REQUESTS_PER_MINUTE = configuration.limits.api_requests_per_minute
API_REQUESTS_BURST = configuration.limits.api_requests_burst

# ── Mail ─────────────────────────────────────────────────────────────────────
MAIL_BACKEND = configuration.mail.backend
MAIL_HOST = configuration.mail.host
MAIL_PORT = configuration.mail.port
MAIL_SECURITY = configuration.mail.security
MAIL_USER = configuration.mail.user
MAIL_FROM = configuration.mail.sender
MAIL_DIRECTORY = configuration.mail.directory
PUBLIC_URL = configuration.mail.public_url

# ── Administration ───────────────────────────────────────────────────────────
UNFOLD = unfold.UNFOLD

# ── API ──────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = api.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api.SPECTACULAR_SETTINGS

# ── Work in the background ───────────────────────────────────────────────────
JOB_LEASE_SECONDS = 60
CELERY_BROKER_URL = (
    f"redis+socket://{REDIS_URL.removeprefix('unix://')}" if REDIS_URL.startswith("unix") else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60}
# A job's row is stored whatever the broker says, so nobody waits long for a broker that is down.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE

# ── Events ───────────────────────────────────────────────────────────────────
events, webhooks = configuration.events, configuration.webhooks
KAFKA_BOOTSTRAP = events.kafka_bootstrap
KAFKA_TOPIC = events.kafka_topic
KAFKA_REPLICATION = events.kafka_replication
KAFKA_OPTIONS = events.kafka_options
EVENT_BUS = events.bus
EVENT_LEASE_SECONDS = events.lease_seconds
EVENT_ATTEMPTS_MAX = events.attempts_max
EVENT_BACKOFF_SECONDS = events.backoff_seconds
WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = webhooks.private_addresses_allowed
WEBHOOK_HTTP_ALLOWED = webhooks.http_allowed
WEBHOOK_FAILURES_MAX = webhooks.failures_max

# ── What is told about a running program ─────────────────────────────────────
LOG_LEVEL = configuration.telling.log_level
DEFAULT_EXCEPTION_REPORTER = "cortex.observability.error_pages.MaskedReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "cortex.observability.error_pages.MaskedVariables"
LOG_CUSTODY_FILES = configuration.telling.custody_files
LOGGING_CONFIG = "cortex.observability.logs.configure"
LOGGING = {"level": LOG_LEVEL}
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# The schedule starts tasks every second; what they find, and failures, are told by themselves.
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
# A request is told once, when it is answered.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
OTEL_EXPORTER_OTLP_ENDPOINT = configuration.telling.traces_url.get_secret_value()
PROMETHEUS_EXPORT_MIGRATIONS = False
