"""Settings, all from the environment. DEBUG is off unless the environment turns it on.

The names and defaults are promised in README.md and .env.example.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from resolutionflow.lib.links import default_origin

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(str(BASE_DIR / ".env"))

DEBUG = env.bool("DEBUG", default=False)
# The demo runs without DEBUG, but over plain HTTP on loopback and with known log-ins.
DEMO = env.bool("DEMO", default=False)
SECURE = not DEBUG and not DEMO

# An empty or a known key is refused by resolutionflow.E001 wherever it could do harm.
SECRET_KEY = env.str("SECRET_KEY", default="development-only-" * 4 if DEBUG or DEMO else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The origin of every link that leaves this house; never taken from a request's Host header.
PUBLIC_URL = env.str("PUBLIC_URL", default=default_origin(ALLOWED_HOSTS, https=SECURE)).rstrip("/")
# What gunicorn listens on (gunicorn.py), here so that the checks see who could reach it.
BIND = env.list("BIND", default=["127.0.0.1:8000"])

INSTALLED_APPS = [
    "accounts",
    "psa",
    "tickets",
    "sessions_app",
    "resolutionflow.apps.ProjectConfig",
    "resolutionflow.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "resolutionflow.middleware.RequestIdMiddleware",
    "resolutionflow.middleware.BadPathMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "resolutionflow.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.LoginRequiredMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "resolutionflow.middleware.WriteLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "resolutionflow.middleware.WrongMethodMiddleware",
    "resolutionflow.middleware.LimitReachedMiddleware",
    "accounts.middleware.ChooseAccountMiddleware",
    "psa.middleware.PsaErrorMiddleware",
]

# Bytes that the texts of one form may have: a note of full size, however it is encoded. Beyond it
# 413. Files do not count among them (sessions_app/files/bounds.py); so many are read at all.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 250

ROOT_URLCONF = "resolutionflow.urls"
WSGI_APPLICATION = "resolutionflow.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.shell",
            ]
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/db.sqlite3")}
database_options: dict[str, Any] = DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing, and readers never wait for a writer.
    database_options["transaction_mode"] = "IMMEDIATE"
    database_options["timeout"] = 20
    database_options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
else:
    # A pool, so that a thread waiting for the PSA can give its connection back cheaply.
    database_options["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=32),
        "timeout": 10,
    }

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            # Seconds. Pages do without a cache that does not answer, and ask it often.
            "OPTIONS": {
                "socket_connect_timeout": 0.5,
                "socket_timeout": 0.5,
                "serializer": "resolutionflow.lib.plain.PlainSerializer",
            },
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }
# Where rate limits are counted. A Redis of their own keeps them when a full cache evicts keys.
COUNTERS_REDIS_URL = env.str("COUNTERS_REDIS_URL", default=REDIS_URL)
RATE_LIMIT_PREFIX = "rate"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.password_rules.GuessableValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
# A log-in ends 14 days after its last renewal, and before that when it was not used for this long.
SESSION_ENGINE = "accounts.log_in_store"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
# A log-in that is used is renewed, up to this age.
SESSION_LONGEST = timedelta(days=90)
SESSION_IDLE = timedelta(hours=env.int("SESSION_IDLE_HOURS", default=7 * 24))

# --- E-mail: without a server links are there to copy, and nobody is sent one ------------
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ResolutionFlow <noreply@localhost>")

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# From STATIC_ROOT in production; straight from the sources in development and in tests.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
# Pictures and files of steps. No web server serves them: each passes the gate of its session.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
FILES_S3 = {
    "bucket_name": env.str("FILES_S3_BUCKET", default=""),
    "endpoint_url": env.str("FILES_S3_ENDPOINT", default="") or None,
    "region_name": env.str("FILES_S3_REGION", default="") or None,
    "access_key": env.str("FILES_S3_ACCESS_KEY", default="") or None,
    "secret_key": env.str("FILES_S3_SECRET_KEY", default="") or None,
    "location": env.str("FILES_S3_PREFIX", default=""),
    "default_acl": None,
}
FILES_PER_ACCOUNT = env.int("FILES_PER_ACCOUNT_MB", default=10_000) * 1_000_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": FILES_S3}
    if FILES_S3["bucket_name"]
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Nothing is allowed unless a page needs it; no inline script or style anywhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if SECURE else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
# The TLS proxy must set this header itself and drop what clients send (docs/operations.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
# How many proxies of ours append to X-Forwarded-For; the log-in limit counts by that address.
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if SECURE else 0)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SECURE
# Browsers take such a cookie over https from this host alone: no neighbouring host can set it.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_FAILURE_VIEW = "accounts.views.entrance.csrf_failure"

# --- The PSA -------------------------------------------------------------------------
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[])
CONNECTWISE_CLIENT_ID = env.str("CONNECTWISE_CLIENT_ID", default="")
PSA_TRUSTED_SITES = env.list("PSA_TRUSTED_SITES", default=[])
# In flight at once, in one process and for all connections together. Half of the threads,
# while half as many calls again may wait for a place: a quarter of the threads stays free.
PSA_CALLS_PER_PROCESS = env.int(
    "PSA_CALLS_PER_PROCESS", default=max(4, env.int("WEB_THREADS", default=32) // 2)
)

# --- Claude (docs/operations.md): without a key the pages do without it and say so -----
ANTHROPIC_API_KEY = env.str("ANTHROPIC_API_KEY", default="")
ANTHROPIC_BASE_URL = env.str("ANTHROPIC_BASE_URL", default="")
ANTHROPIC_MODEL = env.str("ANTHROPIC_MODEL", default="claude-sonnet-5-5")
# What one account may use in a day (UTC), questions and answers together.
AI_DAILY_TOKENS = env.int("AI_DAILY_TOKENS", default=1_000_000)

# --- The write path (docs/write-path.md) ---------------------------------------------
# A lease outlives every timeout of one PSA call; settling covers a PSA that stores late.
POST_LEASE = timedelta(seconds=env.int("POST_LEASE_SECONDS", default=30))
POST_SETTLE = timedelta(seconds=env.int("POST_SETTLE_SECONDS", default=15))

# --- Limits, a count per s, m, h or d (10/m, 100/5m): per account, log-ins per address -----
RATE_LIMITS = {
    "search": env.str("RATE_LIMIT_SEARCH", default="60/m"),
    "ticket": env.str("RATE_LIMIT_TICKET", default="30/m"),
    "post": env.str("RATE_LIMIT_POST", default="10/m"),
    # Loaded by every dashboard: its own rule, so that it never uses up people's searches.
    "queue": env.str("RATE_LIMIT_QUEUE", default="120/m"),
    "assist": env.str("RATE_LIMIT_ASSIST", default="20/m"),
    # What one person sends that may write, and what their forms keep while they type.
    "write": env.str("RATE_LIMIT_WRITE", default="300/m"),
    "draft": env.str("RATE_LIMIT_DRAFT", default="300/m"),
    # Sessions that one person downloads; one of 5 MB takes seconds to write.
    "export": "20/m",
    # Forms with pictures or files that one person sends: each picture is made anew.
    "file": "60/m",
    "connection": "10/m",  # connections saved and tested, with whatever keys
    "keys": "10/m",  # keys entered, put in use and put back
    "match": "10/m",  # people matched to members by e-mail
    "invite": "60/h",  # invitations and links to a new password made and sent
    "link": "60/5m",  # such links opened and used, from one address
    "forgotten": "5/h",  # letters to one e-mail address about a new password
    "forgotten_address": "60/h",  # the same, asked for from one address
    # Attempts to log in under one name from all addresses, or from one browser that is known.
    "login": "10/5m",
    "login_hour": "30/h",
    "login_long": "100/6h",
    "login_address": "100/5m",  # attempts under any name from one address
    "noted": "1/h",  # entries in the audit about one person's refused requests
    "told": "1/d",  # notices to one person that somebody guesses
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "resolutionflow.lib.logs.ContextFilter"}},
    "formatters": {
        "json": {
            "()": "resolutionflow.lib.logs.JsonFormatter",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["context"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Written whatever LOG_LEVEL says.
        "security": {"level": "INFO"},
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Every request has its line already, resolutionflow.access, without the query.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
        # They would log whole addresses, and with them what people search for.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "anthropic": {"level": "WARNING"},
    },
}
