"""The deal pipeline of the portal, with the vendor's stock stages.

Source: contracts/hubspot/recordings/pipelines_deals.json: `isClosed` and `probability` are strings.
"""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.sandbox.happenings import Stage as Step
from atlas_sync.sandbox.hubspot.errors import Json

__all__ = ["PIPELINE", "STAGES", "STAGE_OF", "Stage", "deal_pipeline"]

PIPELINE = "default"
_EPOCH = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the pipeline; `probability` is 1 where the deal is won."""

    id: str
    label: str
    probability: float
    is_closed: bool = False

    @property
    def is_won(self) -> bool:
        """Tell if a deal in this stage is won."""
        return self.is_closed and self.probability == 1


_ALL = (
    Stage("appointmentscheduled", "Appointment Scheduled", 0.2),
    Stage("qualifiedtobuy", "Qualified To Buy", 0.4),
    Stage("presentationscheduled", "Presentation Scheduled", 0.6),
    Stage("decisionmakerboughtin", "Decision Maker Bought-In", 0.8),
    Stage("contractsent", "Contract Sent", 0.9),
    Stage("closedwon", "Closed Won", 1.0, is_closed=True),
    Stage("closedlost", "Closed Lost", 0.0, is_closed=True),
)

STAGES = {stage.id: stage for stage in _ALL}
"""Stages by id, in their order."""

STAGE_OF: dict[Step, str] = {
    "qualifying": "qualifiedtobuy",
    "proposed": "presentationscheduled",
    "negotiating": "contractsent",
    "won": "closedwon",
    "lost": "closedlost",
}
"""The stages of the world's deals."""


def deal_pipeline() -> Json:
    """Give the pipeline as the API shows it."""
    stages = [
        {
            "label": stage.label,
            "displayOrder": order,
            "metadata": {"isClosed": str(stage.is_closed).lower(), "probability": str(stage.probability)},
            "id": stage.id,
            "createdAt": _EPOCH,
            "updatedAt": _EPOCH,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            "archived": False,
        }
        for order, stage in enumerate(_ALL)
    ]
    return {
        "label": "Sales Pipeline",
        "displayOrder": 0,
        "id": PIPELINE,
        "stages": stages,
        "createdAt": _EPOCH,
        "updatedAt": _EPOCH,
        "archived": False,
    }
