"""Bugs to plant, of each kind that loses records or invents what happened to them, and the play that must fail with each.

A bug is planted at a seam: the question that goes out, the page that comes in, the place a read goes on from, or the clock
that the next window starts at. A play is a case of the conformance suite, or a scene with kills; `test_planted.py` holds
that it passes without the bug and fails with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.soak.plants.engine import ENGINE
from tests.soak.plants.hubspot import HUBSPOT
from tests.soak.plants.jira import JIRA
from tests.soak.plants.plant import Plant
from tests.soak.plants.salesforce import SALESFORCE

__all__ = ["PLANTS"]

PLANTS: Mapping[str, Plant] = {**ENGINE, **SALESFORCE, **HUBSPOT, **JIRA}
