"""What the model is asked of every unit, and how much each answer counts in training."""

from __future__ import annotations

__all__ = ["KINDS", "LABELS", "OTHERS", "ROLES", "SCOPE", "STANCES", "WEIGHTS", "WHY"]

SCOPE = ("out", "in", "vague", "assumption", "tradeoff", "later")
WHY = ("pain", "trigger", "outcome", "metric", "why_us", "deadline_reason")
ROLES = (
    "decision_maker",
    "economic_buyer",
    "champion",
    "skeptic",
    "end_user",
    "technical",
    "signer",
    "procurement",
    "legal",
)
STANCES = ("supporter", "opponent")
CHANGES = ("repeat", "softened", "renegotiated", "withdrawn")
OTHERS = {
    "opinion": "fact",
    "past": "past",
    "internal": "internal",
    "customer_ask": "ask",
    "boilerplate": "courtesy",
    "question": "question",
    "quoted": "quoted",
}
"""What a sentence is that binds nobody, by the name that its file gives it: asked so that it is not taken for a promise."""
KINDS = ("timeline", "deliverable", "price", "resource", "quality", "communication")

WEIGHTS = {
    "promise": 3.0,
    "conditional": 1.0,
    "refusal": 1.0,
    "obligation": 1.2,
    "scope": 1.2,
    "why": 1.2,
    "person": 0.8,
    **{f"scope {name}": 0.5 for name in SCOPE},
    **{f"why {name}": 0.5 for name in WHY},
    **{f"role {name}": 0.3 for name in ROLES},
    **{f"stance {name}": 0.3 for name in STANCES},
    **{f"change {name}": 0.3 for name in CHANGES},
    **{f"other {name}": 0.5 for name in OTHERS.values()},
}
LABELS = tuple(WEIGHTS)
