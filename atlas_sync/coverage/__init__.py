"""What is missing: trace links, gaps, the kickoff brief and the writes that close the gaps. Pure: no I/O and no clock."""

from __future__ import annotations

from atlas_sync.coverage.approval import Need, needs_of
from atlas_sync.coverage.brief import kickoff_brief
from atlas_sync.coverage.commands import (
    AddWatcher,
    AttachFile,
    CreateItem,
    DealField,
    ExistingItem,
    LinkItem,
    Proposal,
    SetDeal,
    Skipped,
    Target,
    UpdateItem,
    WriteCommand,
    assert_audience,
)
from atlas_sync.coverage.conversation import conversation_page, page_name
from atlas_sync.coverage.draft import Rules
from atlas_sync.coverage.feedback import FEEDBACK, Feedback, feedback_of
from atlas_sync.coverage.gaps import find_gaps
from atlas_sync.coverage.proposals import propose
from atlas_sync.coverage.record import HELD_IN, LARGE_FROM, EngagementRecord, Licence, Place
from atlas_sync.coverage.subjects import Subject
from atlas_sync.coverage.templates import Texts
from atlas_sync.coverage.trace import trace, trace_record
from atlas_sync.coverage.watchers import Onlooker

__all__ = [
    "FEEDBACK",
    "HELD_IN",
    "LARGE_FROM",
    "AddWatcher",
    "AttachFile",
    "CreateItem",
    "DealField",
    "EngagementRecord",
    "ExistingItem",
    "Feedback",
    "Licence",
    "LinkItem",
    "Need",
    "Onlooker",
    "Place",
    "Proposal",
    "Rules",
    "SetDeal",
    "Skipped",
    "Subject",
    "Target",
    "Texts",
    "UpdateItem",
    "WriteCommand",
    "assert_audience",
    "conversation_page",
    "feedback_of",
    "find_gaps",
    "kickoff_brief",
    "needs_of",
    "page_name",
    "propose",
    "trace",
    "trace_record",
]
