"""Addresses of the access room, under /access/."""

from django.urls import path

from banyan.platform.access.views import accounts, emergencies, grants, reading, tokens

app_name = "access"
urlpatterns = [
    path("", accounts.account_list, name="accounts"),
    path("accounts/invite/", accounts.invite, name="invite"),
    path("accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("accounts/<uuid:account_id>/change/", accounts.change, name="change_account"),
    path("accounts/<uuid:account_id>/close/", accounts.close, name="close_account"),
    path("accounts/<uuid:account_id>/reopen/", accounts.reopen, name="reopen_account"),
    path("accounts/<uuid:account_id>/link/", accounts.renew_link, name="renew_link"),
    path("accounts/<uuid:account_id>/sessions/<int:session_id>/end/", accounts.end_session, name="end_session"),
    path("accounts/<uuid:account_id>/give/", grants.give, name="give"),
    path("accounts/<uuid:account_id>/rights/", grants.rights, name="rights"),
    path("invitation/<str:secret>/", accounts.accept, name="accept"),
    path("grants/", grants.grant_list, name="grants"),
    path("grants/<uuid:grant_id>/end/", grants.end, name="end_grant"),
    path("roles/", grants.roles, name="roles"),
    path("who/", grants.who, name="who"),
    path("areas/pick/", grants.pick_area, name="pick_area"),
    path("operations/", grants.operation_list, name="operations"),
    path("operations/add/", grants.add_operation, name="add_operation"),
    path("operations/<uuid:operation_id>/", grants.operation, name="operation"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="revoke_token"),
    path("reads/", reading.read_list, name="reads"),
    path("reads/check/", reading.verify, name="verify_reads"),
    path("emergencies/", emergencies.emergency_list, name="emergencies"),
    path("emergencies/mine/", emergencies.own_emergencies, name="own_emergencies"),
    path("emergencies/<uuid:breakglass_id>/", emergencies.emergency, name="emergency"),
    path("emergencies/<uuid:breakglass_id>/end/", emergencies.end, name="end_emergency"),
]
