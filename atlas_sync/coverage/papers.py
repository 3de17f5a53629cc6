"""Which contracts and quotes of an engagement hold: signed, not refused, not run out before something was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.model import Contract
from atlas_sync.coverage.cues import NEGATION
from atlas_sync.coverage.text import words

__all__ = ["binds", "in_force", "is_signed"]

_SIGNED = frozenset({"activated", "active", "signed", "executed"})
_ISSUED = frozenset(
    words("approved presented published genehmigt approuvé approuvée aprobado aprobada goedgekeurd aprovado aprovada")
)
"""Words of a status by which a paper may go to the client."""
_SENT = frozenset(
    words(
        "sent signature countersignature versendet gesendet unterschrift unterzeichnung gegenzeichnung envoyé envoyée "
        "enviado enviada firma verzonden verstuurd handtekening ondertekening assinatura"
    )
)
"""Words of a status by which a paper is with the client, whatever it waits for there."""
_TAKEN_UP = _SIGNED | frozenset(
    words(
        "accepted countersigned paid won akzeptiert angenommen unterzeichnet unterschrieben gegengezeichnet bezahlt aktiv "
        "accepté acceptée signé signée payé payée aceptado aceptada firmado firmada pagado pagada geaccepteerd ondertekend "
        "getekend betaald aceite assinado assinada"
    )
)
"""Words of a status by which the client took a paper up."""
_NOT_NEEDED = frozenset({"not", "needed"})
"""HubSpot publishes a quote with "approval not needed"."""
_DRAFT = frozenset(words("draft entwurf brouillon borrador concept rascunho"))
"""Words of a status by which a paper is still being written."""
_WAITING = frozenset(
    words(
        "pending review process awaiting prüfung genehmigungsprozess ausstehend attente révision pendiente revisión revisão "
        "pendente afwachting"
    )
)
"""Words of a status by which a paper waits: for an approval, unless it is with the client."""
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

    An offer that ran out before the sale was won gives way to any other, then a draft to a paper that is out. One that stands
    alone counts: many companies keep nothing else, and what it says otherwise can still be mended.
    """
    living = [one for one in contracts if not _is_over(one)]
    standing = [one for one in living if won_on is None or not _had_run_out(one, won_on)] or living
    return [one for one in standing if not _is_draft(one)] if any(_is_out(one) for one in standing) else standing


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


def _is_draft(contract: Contract) -> bool:
    """Tell if a paper is being written or waits for an approval; what waits for a signature is with the client."""
    status = _status_of(contract)
    is_waiting = not _WAITING.isdisjoint(status) and not _says(status, _SENT | _TAKEN_UP)
    return not is_signed(contract) and (is_waiting or not _DRAFT.isdisjoint(status))


def _is_out(contract: Contract) -> bool:
    """Tell if a paper is signed, or past being a draft by its status."""
    status = _status_of(contract)
    is_issued = _says(status, _ISSUED | _SENT | _TAKEN_UP) or status >= _NOT_NEEDED
    return not _is_draft(contract) and (is_signed(contract) or is_issued)


def _had_run_out(contract: Contract, day: date) -> bool:
    """Tell if a paper was an offer, which nobody had taken up, for a time that was over on a day."""
    if contract.valid_until is None or contract.valid_until >= day:
        return False
    return not (is_signed(contract) or (_says(_status_of(contract), _TAKEN_UP) and not _is_draft(contract)))


def _says(status: set[str], told: frozenset[str]) -> bool:
    return not told.isdisjoint(status) and NEGATION.isdisjoint(status)


def _is_over(contract: Contract) -> bool:
    """Tell if a paper was refused or ended; one that ran out had force if it was signed."""
    status = _status_of(contract)
    return not _REFUSED.isdisjoint(status) or (contract.signed_on is None and not _RUN_OUT.isdisjoint(status))


def _status_of(contract: Contract) -> set[str]:
    return set(words(contract.status or ""))
