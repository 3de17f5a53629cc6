"""Which contracts and quotes of an engagement hold: signed, not refused, not run out before something was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.model import Contract
from atlas_sync.coverage.text import words

__all__ = ["binds", "in_force", "is_signed"]

_SIGNED = frozenset({"activated", "active", "signed", "executed"})
_ISSUED = frozenset(
    words(
        "approved presented accepted sent published genehmigt akzeptiert versendet gesendet approuvé approuvée "
        "accepté acceptée envoyé envoyée aprobado aprobada aceptado aceptada enviado enviada goedgekeurd geaccepteerd "
        "verzonden verstuurd aprovado aprovada aceite"
    )
)
"""Words of a status by which a paper went to the client, or may."""
_NOT_NEEDED = frozenset({"not", "needed"})
"""HubSpot publishes a quote with "approval not needed"."""
_DRAFT = frozenset(
    words(
        "draft entwurf brouillon borrador concept rascunho pending review process awaiting prüfung genehmigungsprozess "
        "ausstehend attente révision pendiente revisión revisão pendente afwachting"
    )
)
"""Words of a status by which a paper is still being written, or waits for somebody's approval."""
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


def in_force(contracts: Sequence[Contract], *, won_on: date | None = None) -> list[Contract]:
    """Leave out papers that were refused, ended or never taken up, and beside others drafts and offers that had run out.

    A draft gives way to a paper that is out, an offer that ran out before the sale was won to any other. One that stands alone
    counts: many companies keep nothing else, and what it says otherwise can still be mended.
    """
    living = [one for one in contracts if not _is_over(one)]
    if any(_is_out(one) for one in living):
        living = [one for one in living if is_signed(one) or _DRAFT.isdisjoint(_status_of(one))]
    return [one for one in living if won_on is None or not _had_run_out(one, won_on)] or living


def binds(contract: Contract, said_on: date, *, won_on: date | None = None) -> bool:
    """Tell if a contract can speak of what was said on a day: one that had ended by then was an earlier agreement.

    So was an offer that had run out by then, unless the sale was won while it stood.
    """
    if contract.end_date is not None and contract.end_date < said_on:
        return False
    return not _had_run_out(contract, said_on if won_on is None else min(said_on, won_on))


def is_signed(contract: Contract) -> bool:
    """Tell if a contract is signed and was not ended since."""
    return not _is_over(contract) and (contract.signed_on is not None or (contract.status or "").casefold() in _SIGNED)


def _is_out(contract: Contract) -> bool:
    """Tell if a paper is signed, or past being a draft by its status."""
    status = _status_of(contract)
    is_issued = _DRAFT.isdisjoint(status) and not _ISSUED.isdisjoint(status) and "not" not in status
    return is_signed(contract) or is_issued or status >= _NOT_NEEDED


def _had_run_out(contract: Contract, day: date) -> bool:
    """Tell if a paper was an offer, which nobody had signed, for a time that was over on a day."""
    return contract.valid_until is not None and contract.valid_until < day and not is_signed(contract)


def _is_over(contract: Contract) -> bool:
    """Tell if a paper was refused or ended; one that ran out had force if it was signed."""
    status = _status_of(contract)
    return not _REFUSED.isdisjoint(status) or (contract.signed_on is None and not _RUN_OUT.isdisjoint(status))


def _status_of(contract: Contract) -> set[str]:
    return set(words(contract.status or ""))
