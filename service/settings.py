"""Every setting, from the environment or from `.env`; `.env.example` lists them with their meaning.

With nothing set, Byline runs embedded: SQLite, a broker in memory and mail as files, all below
VAR_DIR, with keys that it makes once for itself. With DATABASE_URL set it is a real installation,
and what must be kept secret must be given.
"""

import secrets
import tomllib
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path

import django_stubs_ext
import environ
import structlog
from django.core.exceptions import ImproperlyConfigured

from service.toolbox import reporting
from service.toolbox.logs import with_traceback

django_stubs_ext.monkeypatch()  # lets classes of Django take type arguments

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if not env.bool("IGNORE_ENV_FILE", default=False) and (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
TEMPLATES_DIR = BASE_DIR / "templates"
EMBEDDED = not env.str("DATABASE_URL", default="")


def _secret(name: str) -> str:
    """From the environment; an embedded installation makes its own once, readable by its user only."""
    given = str(env.str(name, default=""))
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured(f"{name} is shorter than 32 characters. `make env` writes good ones.")
        return given
    if not EMBEDDED:
        raise ImproperlyConfigured(
            f"{name} is not set. With DATABASE_URL set it must be: `make env` writes a .env with fresh keys."
        )
    path = VAR_DIR / "keys" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _secret("SECRET_KEY")
SECRET_KEY_OLD = env.str("SECRET_KEY_OLD", default="")
SECRET_KEY_FALLBACKS = [SECRET_KEY_OLD] if SECRET_KEY_OLD else []  # links in letters that are out go on working
ADDRESS_KEY = _secret("ADDRESS_KEY")
ADDRESS_KEY_OLD = env.str("ADDRESS_KEY_OLD", default="")
FINGERPRINT_KEY = env.str("FINGERPRINT_KEY", default="")
for _name, _given in (
    ("SECRET_KEY_OLD", SECRET_KEY_OLD),
    ("ADDRESS_KEY_OLD", ADDRESS_KEY_OLD),
    ("FINGERPRINT_KEY", FINGERPRINT_KEY),
):
    if _given and len(_given) < 32:
        raise ImproperlyConfigured(f"{_name} is shorter than 32 characters, so it was never a key of Byline.")
ANYMAIL = {
    "WEBHOOK_SECRET": env.str("MAIL_HOOK_SECRET", default=""),
    "MAILGUN_WEBHOOK_SIGNING_KEY": env.str("MAIL_HOOK_MAILGUN_KEY", default=""),
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": env.str("MAIL_HOOK_SENDGRID_KEY", default=""),
}
if ANYMAIL["WEBHOOK_SECRET"] and (len(ANYMAIL["WEBHOOK_SECRET"]) < 32 or ":" not in ANYMAIL["WEBHOOK_SECRET"]):
    raise ImproperlyConfigured("MAIL_HOOK_SECRET is user:password, of at least 32 characters.")
WORDPRESS_HOOK_SECRET = env.str("WORDPRESS_HOOK_SECRET", default="")
if WORDPRESS_HOOK_SECRET and len(WORDPRESS_HOOK_SECRET) < 32:
    raise ImproperlyConfigured("WORDPRESS_HOOK_SECRET is shorter than 32 characters.")
GIFTS_HOOK_SECRET = env.str("GIFTS_HOOK_SECRET", default="")
if GIFTS_HOOK_SECRET and len(GIFTS_HOOK_SECRET) < 32:
    raise ImproperlyConfigured("GIFTS_HOOK_SECRET is shorter than 32 characters.")

BACKUP_KEY = env.str("BACKUP_KEY", default="")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
for _name, _given in (("BACKUP_KEY", BACKUP_KEY), ("METRICS_TOKEN", METRICS_TOKEN)):
    if _given and len(_given) < 32:
        raise ImproperlyConfigured(
            f"{_name} is shorter than 32 characters. `openssl rand -base64 36` writes a good one."
        )

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}. Write it like https://letters.example.org.")
try:
    TRUSTED_PROXIES = [ip_network(one) for one in env.list("TRUSTED_PROXIES", default=[])]
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}. Write them like 10.0.0.0/8,2001:db8::1.") from error
NEWSROOM_FILE = env.str("NEWSROOM_FILE", default=str(BASE_DIR / "newsroom.toml"))
FEEDS_DIR = Path(env.str("FEEDS_DIR", default=str(VAR_DIR / "feeds")))
EMAIL_URL = env.str("EMAIL_URL", default=f"file://{(VAR_DIR / 'outbox').resolve()}")
EMAIL_BACKEND = "service.delivery.outbox.OutboxBackend"  # what Django itself sends is a message like any other
REDIS_URL = env.str("REDIS_URL", default="memory://localhost/")


def _count(name: str, default: int, least: int = 0) -> int:
    try:
        value = int(env.str(name, default=str(default)))
    except ValueError:
        value = -1
    if value < least:
        raise ImproperlyConfigured(f"{name} is {env.str(name)!r}. It takes a whole number from {least} on.")
    return value


MAIL_CONNECTIONS = _count("MAIL_CONNECTIONS", 4, least=1)
MAIL_PER_MINUTE = _count("MAIL_PER_MINUTE", 0)
MAIL_PER_MINUTE_PER_PROVIDER = _count("MAIL_PER_MINUTE_PER_PROVIDER", 3000)
MAIL_PER_DAY = _count("MAIL_PER_DAY", 0)
MAIL_LEASE_SECONDS = _count("MAIL_LEASE_SECONDS", 60, least=2)
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")
DKIM_DIR = Path(env.str("DKIM_DIR", default=str(VAR_DIR / "dkim")))
DKIM_PRIVATE_KEY = env.str("DKIM_PRIVATE_KEY", default="", multiline=True)

DEBUG = False
try:  # where the links of quiet letters lead; what is wrong in the file, newsroom/rules.py says
    _QUIET_SITE = tomllib.loads(Path(NEWSROOM_FILE).read_text(encoding="utf-8"))["quiet"]["site"]
except (OSError, ValueError, KeyError, TypeError):
    _QUIET_SITE = SITE_URL
_OWN_HOSTS = {environ.urlparse(site).hostname for site in (SITE_URL, _QUIET_SITE)}
ALLOWED_HOSTS = [*_OWN_HOSTS, "127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "service.urls"
WSGI_APPLICATION = "service.wsgi.application"

INSTALLED_APPS = [
    "service.console.apps.RawRecordsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "service.people.apps.PeopleConfig",
    "service.content.apps.ContentConfig",
    "service.delivery.apps.DeliveryConfig",
    "service.appeals.apps.AppealsConfig",
    "service.feedback.apps.FeedbackConfig",
    "service.audience.apps.AudienceConfig",
    "service.partners.apps.PartnersConfig",
    "service.editions.apps.EditionsConfig",
    "service.feeds.apps.FeedsConfig",
    "service.watching.apps.WatchingConfig",
    "service.cli",
    "worker.apps.WorkerConfig",
]
MIDDLEWARE = [
    "service.api.door.Door",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "service.public.messages.Refusals",
    "service.toolbox.admin.tells_the_desk",
    "service.console.ledger.Ledger",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [TEMPLATES_DIR / "desk"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

_DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{(VAR_DIR / 'byline.sqlite3').resolve()}"
DATABASES = {"default": env.db_url_config(_DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A transaction takes the write lock at its start: writers wait for each other, none fails.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # PostgreSQL would compile each statement that goes through many readers: 0.2 s to save 0.02.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "service" / "locale"]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# Readers' pages set no cookie at all; these are the desk's.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
CSRF_TRUSTED_ORIGINS = [SITE_URL]  # the proxy speaks https with the desk, and http with us
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
LOGIN_URL = "/console/account/login/"
LOGIN_REDIRECT_URL = "console:today"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "service.people.backends.Administrators",
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

DESK_SECOND_FACTOR = env.str("DESK_SECOND_FACTOR", default="publishers")
if DESK_SECOND_FACTOR not in ("publishers", "everyone", "nobody"):
    raise ImproperlyConfigured(f"DESK_SECOND_FACTOR is {DESK_SECOND_FACTOR!r}: publishers, everyone or nobody.")
# What Django and allauth remember for minutes (codes that were used, wrong ones) is one memory for all processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_kept",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ACCOUNT_ADAPTER = "service.console.account.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]  # for its own checks; nobody signs up
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = {
    # Passwords are counted by axes. These codes are counted per account, so that a new login begins nothing anew.
    "login_failed": "5/5m/key",
    "reauthenticate": "20/m/user",
    "change_password": "20/m/user",
    **dict.fromkeys(["login", "reset_password", "reset_password_from_key", "manage_email", "confirm_email"]),
}
MFA_ADAPTER = "service.console.account.adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever was invited got the link there
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": None}
AXES_HANDLER = "service.console.account.lockout.Lockout"
AXES_LOCKOUT_CALLABLE = "service.console.account.lockout.refusal"
AXES_CLIENT_IP_CALLABLE = "service.console.account.lockout.network_of"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(bool_as_flag=False),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                with_traceback,
            ],
        }
    },
    "filters": {"masked": {"()": "service.toolbox.logs.Masked"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masked"]}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "waitress": {"level": "WARNING"},
    },
}

SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    reporting.start(SENTRY_DSN, release=f"byline@{version('byline')}")
