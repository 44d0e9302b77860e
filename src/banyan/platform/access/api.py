"""Accounts, grants and the log of reads for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from banyan.platform.access import actions, queries
from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.doors import needs
from banyan.platform.access.models import Area
from banyan.platform.access.reads import log_read
from banyan.platform.access.views.accounts import ACCOUNTS
from banyan.platform.access.views.grants import GRANTS, OPERATIONS
from banyan.platform.access.views.reading import READS
from banyan.platform.kernel.listing import ListState
from banyan.platform.kernel.problems import Location, Problem

router = Router(tags=["access"])
CODE = r"^[a-z][a-z0-9_.-]*$"


class PageOut(Schema):
    """One page of a list. Continue with `after`, which is null on the last page."""

    items: list[dict[str, Any]]
    after: str | None = None
    before: str | None = None
    count: int | None = None
    count_is_estimate: bool = False


class AccountOut(Schema):
    """An account."""

    id: UUID
    email: str
    name: str
    language: str
    is_active: bool
    joined_at: datetime


class AccountIn(Schema):
    """A person to invite."""

    email: str = Field(max_length=254)
    name: str = Field(min_length=1, max_length=200)
    language: str = Field("", max_length=10)


class InvitedOut(Schema):
    """The new account and the secret of its link, which is not shown again."""

    account: AccountOut
    secret: str


class GrantIn(Schema):
    """A role to give."""

    account_id: UUID
    role: str = Field(pattern=CODE, max_length=60)
    operation_id: UUID | None = None
    area: str | None = Field(None, max_length=40, description="Code of the area; null for everywhere.")
    clearance: int = Field(1, ge=0, le=3)
    valid_from: date | None = None
    valid_until: date | None = None
    reason: str = Field("", max_length=300)


class GrantOut(Schema):
    """A grant."""

    id: UUID
    account_id: UUID
    role: str
    operation_id: UUID | None
    area: str | None
    clearance: int
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None

    @staticmethod
    def resolve_area(grant: Any) -> str | None:
        """The area's code."""
        return grant.area.key if grant.area_id else None


class RoleOut(Schema):
    """A role as the program declares it."""

    code: str
    label: str
    permissions: list[str]
    mfa_required: bool


class HolderOut(Schema):
    """Somebody who may do a thing."""

    account_id: UUID
    name: str
    role: str
    operation: str
    area: str
    until: date | None
    partly: bool


class RightOut(Schema):
    """Something an account may do."""

    permission: str
    label: str
    role: str
    operation: str
    area: str
    until: date | None


class TokenOut(Schema):
    """An access token of one's own, without its text."""

    id: UUID
    label: str
    start: str
    permissions: list[str]
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class FaultOut(Schema):
    """A break in a chain of the log of reads."""

    lane: int
    number: int
    fault: str


class HeadOut(Schema):
    """The end of a chain of the log of reads."""

    lane: int
    number: int
    hash: str


class ChainOut(Schema):
    """Whether the log of reads is intact, and the ends of its chains."""

    intact: bool
    faults: list[FaultOut]
    heads: list[HeadOut]


def _page(listing: Any, rows: Any, request: HttpRequest) -> dict[str, Any]:
    """A page of a list by the parameters of the request. Raises Problem invalid_input for filters not understood."""
    page = listing.page(rows, ListState.read(request.GET))
    if page.errors:
        from banyan.platform.kernel.problems import Problems  # noqa: PLC0415 — only on this path

        raise Problems(
            Problem("kernel.field_invalid", message=error.message, at=Location(field=error.field))
            for error in page.errors
        )
    answer: dict[str, Any] = page.as_dict()
    return answer


@router.get("/me", response=AccountOut, operation_id="access_me", summary="One's own account")
@needs(SIGNED_IN)
def get_me(request: HttpRequest) -> Any:
    """The account for which this session or token acts."""
    return queries.own_account(seen_by=request.viewer)


@router.get("/me/rights", response=list[RightOut], operation_id="access_my_rights", summary="What one may do oneself")
@needs(SIGNED_IN)
def get_my_rights(request: HttpRequest) -> Any:
    """By permission; a token may further narrow it."""
    return [_right(right) for right in queries.what_may(request.viewer.id, seen_by=request.viewer)]


@router.get("/accounts", response=PageOut, operation_id="access_accounts", summary="Accounts")
@needs("access.view_account", purpose="administration")
def list_accounts(request: HttpRequest, after: str = "", q: str = "", sort: str = "name") -> Any:
    """Accounts within reach, page by page."""
    answer = _page(ACCOUNTS, queries.accounts(seen_by=request.viewer), request)
    ids = [UUID(item["id"]) for item in answer["items"]]
    log_read(request.viewer, kind="list", subject="access.account", ids=ids, purpose="administration")
    return answer


@router.post("/accounts", response={201: InvitedOut}, operation_id="access_invite", summary="Invite somebody")
@needs("access.change_account")
def invite(request: HttpRequest, given: AccountIn) -> Any:
    """Makes an account without password, and a link by which the person sets one."""
    account, secret = actions.invite_account(given.email, given.name, language=given.language, by=request.viewer)
    return Status(201, {"account": account, "secret": secret})


@router.get("/accounts/{uuid:account_id}", response=AccountOut, operation_id="access_account", summary="One account")
@needs("access.view_account", purpose="administration")
def get_account(request: HttpRequest, account_id: UUID) -> Any:
    """An account within reach."""
    account = queries.account_by_id(account_id, seen_by=request.viewer)
    log_read(request.viewer, kind="open", subject="access.account", ids=[account.pk], purpose="administration")
    return account


@router.post(
    "/accounts/{uuid:account_id}/close", response=AccountOut, operation_id="access_close", summary="Close an account"
)
@needs("access.change_account")
def close(request: HttpRequest, account_id: UUID) -> Any:
    """Its sessions and tokens end at once."""
    return actions.close_account(account_id, by=request.viewer)


@router.get(
    "/accounts/{uuid:account_id}/rights",
    response=list[RightOut],
    operation_id="access_rights",
    summary="What an account may do",
)
@needs("access.view_grant")
def get_rights(request: HttpRequest, account_id: UUID) -> Any:
    """By permission, with the role and area it comes from."""
    return [_right(right) for right in queries.what_may(account_id, seen_by=request.viewer)]


@router.get("/grants", response=PageOut, operation_id="access_grants", summary="Grants")
@needs("access.view_grant")
def list_grants(request: HttpRequest, after: str = "", role: str = "", sort: str = "-valid_from") -> Any:
    """Grants within reach: standing, future and ended."""
    return _page(GRANTS, queries.grants(seen_by=request.viewer), request)


@router.post("/grants", response={201: GrantOut}, operation_id="access_give", summary="Give a role")
@needs("access.change_grant")
def give(request: HttpRequest, given: GrantIn) -> Any:
    """Gives an account a role, within an area and operation, for a time."""
    area = None
    if given.area is not None:
        area = Area.objects.filter(key=given.area).first()
        if area is None:
            raise Problem("access.area_unknown", key=given.area, at=Location(field="area"))
    values = given.dict(exclude={"area", "account_id", "role"})
    return Status(
        201,
        actions.give_role(given.account_id, given.role, area_id=area.pk if area else None, **values, by=request.viewer),
    )


@router.post("/grants/{uuid:grant_id}/end", response=GrantOut, operation_id="access_end", summary="End a grant")
@needs("access.change_grant")
def end(request: HttpRequest, grant_id: UUID) -> Any:
    """Ends it at once; it stays on record."""
    return actions.end_role(grant_id, by=request.viewer)


@router.get("/roles", response=list[RoleOut], operation_id="access_roles", summary="Roles")
@needs(SIGNED_IN)
def list_roles(request: HttpRequest) -> Any:
    """Roles as the program declares them."""
    return [
        {
            "code": role.code,
            "label": str(role.label),
            "permissions": list(dict.fromkeys(role.permissions)),
            "mfa_required": role.mfa_required,
        }
        for role in declared().roles.values()
    ]


@router.get("/who", response=list[HolderOut], operation_id="access_who", summary="Who may do this?")
@needs("access.view_grant")
def who(request: HttpRequest, permission: str, area: str | None = None, operation_id: UUID | None = None) -> Any:
    """Everybody who holds a permission, in an operation and area if given."""
    if permission not in declared().permissions:
        raise Problem("kernel.field_invalid", message=f"{permission!r}?", at=Location(field="permission"))
    area_id = None
    if area is not None:
        found = Area.objects.filter(key=area.replace("\x00", "")).first()
        if found is None:
            raise Problem("access.area_unknown", key=area, at=Location(field="area"))
        area_id = found.pk
    holders = queries.who_may(permission, seen_by=request.viewer, operation_id=operation_id, area_id=area_id)
    return [
        {
            "account_id": holder.account_id,
            "name": holder.name,
            "role": str(holder.role),
            "operation": holder.operation,
            "area": holder.area,
            "until": holder.until,
            "partly": holder.partly,
        }
        for holder in holders
    ]


@router.get("/operations", response=PageOut, operation_id="access_operations", summary="Operations")
@needs(SIGNED_IN)
def list_operations(request: HttpRequest, after: str = "", sort: str = "name") -> Any:
    """Country operations."""
    return _page(OPERATIONS, queries.operations(seen_by=request.viewer), request)


@router.get("/tokens", response=list[TokenOut], operation_id="access_tokens", summary="One's own access tokens")
@needs(SIGNED_IN)
def list_tokens(request: HttpRequest) -> Any:
    """Without their texts, which are shown once only."""
    return list(queries.own_tokens(seen_by=request.viewer))


@router.post(
    "/tokens/{uuid:token_id}/revoke", response=TokenOut, operation_id="access_revoke", summary="Revoke a token"
)
@needs(SIGNED_IN)
def revoke(request: HttpRequest, token_id: UUID) -> Any:
    """Ends it at once."""
    return actions.revoke_token(token_id, by=request.viewer)


@router.get("/reads", response=PageOut, operation_id="access_reads", summary="Log of reads")
@needs("access.view_read_log", purpose="oversight")
def list_reads(request: HttpRequest, after: str = "", subject: str = "", sort: str = "-at") -> Any:
    """Who opened, listed or exported which personal records."""
    return _page(READS, queries.reads(seen_by=request.viewer), request)


@router.get("/reads/check", response=ChainOut, operation_id="access_check_reads", summary="Check the log of reads")
@needs("access.view_read_log", purpose="oversight")
def check_reads(request: HttpRequest) -> Any:
    """Recomputes every link of the chains."""
    faults, heads = (
        [dict(zip(("lane", "number", name), row, strict=True)) for row in rows]
        for name, rows in (
            ("fault", queries.chain_faults(seen_by=request.viewer)),
            ("hash", queries.chain_heads(seen_by=request.viewer)),
        )
    )
    return {"intact": not faults, "faults": faults, "heads": heads}


def _right(right: queries.Right) -> dict[str, Any]:
    return {
        "permission": right.permission,
        "label": str(right.label),
        "role": str(right.role),
        "operation": right.operation,
        "area": right.area,
        "until": right.until,
    }
