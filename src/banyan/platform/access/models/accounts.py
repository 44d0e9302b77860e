"""Accounts of people, their invitations and their tokens for programs."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """For Django's authentication. Raises Account.DoesNotExist."""
        return self.get(email=(username or "").strip().lower())


class Account(Model, AbstractBaseUser):  # both bases are abstract and share no field
    """A person who signs in. Never deleted, only closed, so that history keeps its names."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "email": Privacy.PERSONAL,
        "name": Privacy.PERSONAL,
        "language": Privacy.INTERNAL,
        "is_active": Privacy.INTERNAL,
        "joined_at": Privacy.INTERNAL,
        "closed_at": Privacy.INTERNAL,
        "last_login": Privacy.PERSONAL,
        "password": Privacy.SECRET,
    }
    tracked = True
    # Signing in is in the log of sessions; it is no change of the account.
    history_ignores = ("last_login",)

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="access_account_email_once"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="access_account_email_small_letters"),
        ]
        indexes = [models.Index(fields=["name", "id"], name="access_account_by_name")]

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        # allauth writes addresses itself; the rule must hold however an account is saved.
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, for sign-in pages."""
        return self.name

    def get_short_name(self) -> str:
        """The same: names are not split."""
        return self.name


class AccountInvitation(Model):
    """A link by which an invited person sets a password, once. Only its hash is stored."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "account": Privacy.INTERNAL,
        "digest": Privacy.SECRET,
        "made_by": Privacy.INTERNAL,
        "made_at": Privacy.INTERNAL,
        "expires_at": Privacy.INTERNAL,
        "used_at": Privacy.INTERNAL,
    }

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("invited by"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")


class ApiToken(Model):
    """A token with which a program acts for an account, within a part of the account's permissions."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "account": Privacy.INTERNAL,
        "label": Privacy.INTERNAL,
        "digest": Privacy.SECRET,
        "start": Privacy.INTERNAL,
        "permissions": Privacy.INTERNAL,
        "made_at": Privacy.INTERNAL,
        "expires_at": Privacy.INTERNAL,
        "used_at": Privacy.INTERNAL,
        "revoked_at": Privacy.INTERNAL,
    }

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    label = models.CharField(_("what it is for"), max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(_("begins with"), max_length=12)
    permissions = ArrayField(models.CharField(max_length=100), verbose_name=_("permissions"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        indexes = [models.Index(fields=["account", "-made_at"], name="access_token_by_account")]
