"""How this room speaks to a gateway for text messages: an interface that whoever brings one fulfils. None is shipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from uuid import UUID

from banyan.aid.payments.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Message:
    """One question to one telephone. key: the same question sent twice carries the same, so a gateway may drop the second."""

    key: UUID
    number: str
    text: str


@runtime_checkable
class Gateway(Protocol):
    """Takes messages. Called outside of any transaction, with at most a few hundred at once."""

    def send(self, messages: Sequence[Message]) -> set[UUID]:
        """Hand them on; returns the keys of those it took. Those it did not take are tried again another time."""
        ...


_gateways: list[Gateway] = []


def declare_gateway(gateway: Gateway) -> None:
    """Let messages leave by this gateway, in place of one declared before."""
    _gateways[:] = [gateway]


def forget_gateway() -> None:
    """Let no message leave any more."""
    _gateways.clear()


def gateway() -> Gateway:
    """The gateway that is set up. Raises Problem payments.gateway_missing."""
    if not _gateways:
        raise Problem("payments.gateway_missing")
    return _gateways[0]
