"""Settings of the whole project: everything that differs between installations comes from the environment or the data folder."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from banyan.config import installation

ROOT = Path(__file__).resolve().parents[3]
DATA_FOLDER = installation.data_folder()

SECRET_KEY = installation.secret("django")
# Seals the viewer's reach for the database, so that SQL smuggled into a session cannot widen it.
SEAL_KEY = installation.secret("seal")
# Locks stored files and small secrets (partner tokens); lost with the data folder, and kept in its backups.
VAULT_KEY = installation.secret("vault")
VAULT_FOLDER = DATA_FOLDER / "files"

DEBUG = os.environ.get("BANYAN_DEBUG") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("BANYAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BANYAN_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    # Floors and rooms, low to high.
    "banyan.platform.kernel",
    "banyan.platform.access",
    "banyan.platform.history",
    "banyan.platform.jobs",
    "banyan.platform.criteria",
    "banyan.reference.codes",
    "banyan.reference.places",
    "banyan.reference.parties",
    "banyan.people.quality",
    "banyan.people.forms",
    "banyan.people.collection",
    "banyan.people.registry",
    "banyan.people.linkage",
    "banyan.aid.programmes",
    "banyan.aid.payments",
    "banyan.doors.web",
]

MIDDLEWARE = [
    "banyan.config.api.ProblemResponses",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "banyan.platform.access.middleware.ViewerMiddleware",
    "banyan.doors.web.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "banyan.config.urls"
WSGI_APPLICATION = "banyan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the applications' own: the shell dresses the sign-in pages of allauth.
        "DIRS": [ROOT / "src" / "banyan" / "doors" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Icons, assets and tables are used on every page.
            "builtins": ["banyan.doors.web.templatetags.shell"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "banyan.doors.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": installation.database()}
APPLICATION_ROLE = installation.application_role()  # gets its rights after every migration
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Account"

AUTHENTICATION_BACKENDS = ["banyan.platform.access.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# As NIST SP 800-63B advises: length and no well-known passwords, no rules about kinds of characters.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Served over https (behind a proxy that says so): cookies travel no other way.
HTTPS = os.environ.get("BANYAN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
# A working day; closing the browser ends it earlier.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Shared by all processes, because it counts attempts to sign in. The table is made by a migration of access.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Sign-in: e-mail address and password, then an authenticator app or a passkey.
ACCOUNT_ADAPTER = "banyan.platform.access.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("BANYAN_PROXIES", "0"))
# Whether roles that ask for a second factor wait until one is set up.
_MFA_BY_DEFAULT = "0" if (DATA_FOLDER / "demo-accounts.json").exists() else "1"  # the demo is open to look around
DEMAND_MFA = os.environ.get("BANYAN_DEMAND_MFA", _MFA_BY_DEFAULT) == "1"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody shall make the installation write to strangers
LOGIN_REDIRECT_URL = "web:home"
MFA_ADAPTER = "banyan.doors.web.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Banyan"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow it on localhost only

# Sign-on through an OpenID Connect provider that verifies addresses; it opens existing accounts only.
SOCIALACCOUNT_ADAPTER = "banyan.platform.access.adapters.SignOnAdapter"
# The adapter finds the account itself; allauth would wipe the account's password and keep a link to the provider.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# A plain link: the content security policy keeps forms from leading to another host.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": os.environ.get("BANYAN_OIDC_NAME", "OpenID Connect"),
                "client_id": os.environ["BANYAN_OIDC_CLIENT"],
                "secret": os.environ.get("BANYAN_OIDC_SECRET", ""),
                "settings": {"server_url": os.environ.get("BANYAN_OIDC_SERVER", "")},
            }
        ]
        if os.environ.get("BANYAN_OIDC_CLIENT")
        else [],
    }
}

# Servers in the organisation's own network that submissions may be fetched from, also by http: host names, comma between.
PRIVATE_SERVERS = frozenset(host for host in os.environ.get("BANYAN_PRIVATE_SERVERS", "").split(",") if host)

# Mail: an SMTP server by BANYAN_SMTP (smtp://user:password@host:587), else into the log; nothing depends on it.
_SMTP = urlsplit(os.environ.get("BANYAN_SMTP", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _SMTP.hostname else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _SMTP.hostname or "", _SMTP.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_TLS = _SMTP.scheme == "smtp" and EMAIL_PORT != 25
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
DEFAULT_FROM_EMAIL = os.environ.get("BANYAN_MAIL_FROM", "banyan@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية"), ("my", "မြန်မာ")]
LOCALE_PATHS = [ROOT / "src" / "banyan" / "locale"]
FORMAT_MODULE_PATH = ["banyan.config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Served from where they were built (compressed there too): nothing has to be collected before the first start.
FRONTEND_DIST = ROOT / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Names that carry a hash of the content never change their content.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"

# Nothing from outside, no inline script or style, no eval. MapLibre runs its worker from a file; QR codes are data: images.
CSRF_FAILURE_VIEW = "banyan.doors.web.errors.forged"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

PGTRIGGER_MODEL_META = False
PGTRIGGER_MIGRATIONS = True
