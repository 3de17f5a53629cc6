"""What was said: from a conversation to promises, whys, scope and people, each with the words that show it. Pure."""

from atlas_sync.extraction.conversation import Attendee, Conversation, PromiseMention, Reading, Remark, Story
from atlas_sync.extraction.reader import READER_VERSION, explain, read, read_many
from atlas_sync.extraction.story import tell_story

__all__ = [
    "READER_VERSION",
    "Attendee",
    "Conversation",
    "PromiseMention",
    "Reading",
    "Remark",
    "Story",
    "explain",
    "read",
    "read_many",
    "tell_story",
]
