"""The round trip to an OpenID Connect provider, stricter than allauth's own about what comes back.

allauth trusts the connection the identity token came over. Here its signature, its nonce and its subject count too, so
that a proxy between the servers, or an answer meant for another browser, opens nothing.
"""

import secrets
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse

from banyan.platform.access.doors import public
from banyan.platform.kernel.problems import Problem

_NONCE = "sign_on_nonce"


class VerifyingAdapter(OpenIDConnectOAuth2Adapter):
    """Takes only a signed identity token with our nonce, about the same person as the user information."""

    def get_provider(self) -> Any:
        """The configured provider, which asks with a nonce."""
        return VerifyingProvider(self.request, app=super().get_provider().app)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Raises OAuth2Error for an answer that proves nothing."""
        nonce = request.session.pop(_NONCE, None)
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no identity token")
        login = super().complete_login(request, app, token, **kwargs)
        identity, information = login.account.extra_data["id_token"], login.account.extra_data["userinfo"]
        if nonce is None or not secrets.compare_digest(str(identity.get("nonce", "")), nonce):
            raise OAuth2Error("the identity token answers another question")
        if identity["sub"] != information["sub"]:
            raise OAuth2Error("the user information is about somebody else")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> Any:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class VerifyingProvider(OpenIDConnectProvider):
    """Sends a nonce along, kept in the session until the answer comes."""

    oauth2_adapter_class = VerifyingAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """No parameter is taken from the address: a link from elsewhere shall not change what is asked."""
        request.session[_NONCE] = secrets.token_urlsafe(24)
        return {**self.get_auth_params(), "nonce": request.session[_NONCE]}


@public("Leads to the sign-on provider, before anybody is signed in")
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider."""
    return _answer(OAuth2LoginView, request, provider_id)


@public("The sign-on provider sends people back here, before they are signed in")
def arrive(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(VerifyingAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Problem("not_found") from None
    return response
