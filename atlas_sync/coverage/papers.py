"""Which contracts and quotes of an engagement hold: signed, not refused, not run out before something was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.model import Contract
from atlas_sync.coverage.text import words

__all__ = ["binds", "in_force", "is_signed"]

_SIGNED = frozenset({"activated", "active", "signed", "executed"})
_DRAFT = frozenset({"draft", "entwurf", "brouillon", "borrador", "concept", "rascunho"})
_REFUSED = frozenset(
    words(
        "rejected declined denied refused cancelled canceled terminated void voided withdrawn superseded replaced obsolete "
        "lost abgelehnt storniert gekündigt widerrufen ersetzt refusé refusée rejeté rejetée annulé annulée résilié résiliée "
        "rechazado rechazada anulado anulada cancelado cancelada rescindido rescindida afgewezen geannuleerd opgezegd "
        "recusado recusada rejeitado rejeitada"
    )
)
"""Words of a status: the systems have "Rejected" and "Denied", and every company adds its own."""
_RUN_OUT = frozenset(
    words("expired lapsed abgelaufen expiré expirée caducado caducada vencido vencida verlopen expirado")
)


def in_force(contracts: Sequence[Contract]) -> list[Contract]:
    """Leave out papers that were refused, ended or never taken up, and drafts where another one is signed.

    A draft that stands alone counts: many companies keep nothing else, and what it says otherwise can still be mended.
    """
    living = [one for one in contracts if not _is_over(one)]
    if any(is_signed(one) for one in living):
        return [one for one in living if _DRAFT.isdisjoint(_status_of(one))]
    return living


def binds(contract: Contract, said_on: date) -> bool:
    """Tell if a contract can speak of what was said on a day: one that had ended by then was an earlier agreement."""
    return contract.end_date is None or contract.end_date >= said_on


def is_signed(contract: Contract) -> bool:
    """Tell if a contract is signed and was not ended since."""
    return not _is_over(contract) and (contract.signed_on is not None or (contract.status or "").casefold() in _SIGNED)


def _is_over(contract: Contract) -> bool:
    """Tell if a paper was refused or ended; one that ran out had force if it was signed."""
    status = _status_of(contract)
    return not _REFUSED.isdisjoint(status) or (contract.signed_on is None and not _RUN_OUT.isdisjoint(status))


def _status_of(contract: Contract) -> set[str]:
    return set(words(contract.status or ""))
