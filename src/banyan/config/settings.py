"""Settings of the whole project: everything that differs between installations comes from the environment or the data folder."""

import os
from pathlib import Path

from banyan.config import installation

ROOT = Path(__file__).resolve().parents[3]
DATA_FOLDER = installation.data_folder()

SECRET_KEY = installation.secret("django")
# Seals the viewer's reach for the database, so that SQL smuggled into a session cannot widen it.
SEAL_KEY = installation.secret("seal")

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
    "banyan.reference.codes",
    "banyan.reference.places",
    "banyan.reference.parties",
    "banyan.doors.web",
]

MIDDLEWARE = [
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

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية"), ("my", "မြန်မာ")]
LOCALE_PATHS = [ROOT / "src" / "banyan" / "locale"]
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
