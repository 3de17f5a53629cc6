"""The texts we write, as templates that a company can change: what a template says is layout, what it is given is literal.

A template's first line is the title, the rest the text: `# ` begins a heading, `- ` an entry of a list, and each other line is
a paragraph. Values of the record never become layout: they pass the template as sealed tokens and are put in afterwards.
"""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from atlas_sync.canonical.document import Block, Bullets, Document, Heading, Paragraph, Span
from atlas_sync.coverage.text import shorten
from atlas_sync.errors import ConfigError

__all__ = ["NAMES", "Blocks", "Texts", "Value", "our_texts"]

Blocks = tuple[Block, ...]
Value = str | bool | Span | Blocks
"""What a template is given: a text, a yes or no, a text with its address, or blocks, which stand on a line of their own."""

NAMES: Mapping[str, frozenset[str]] = {
    "brief": frozenset(
        "client conversation contract deal name people promises scope to_check why".split()  # noqa: SIM905 - a list to read
    ),
    "promise": frozenset(
        "by client due due_text kind on quote repeats said taken_back to".split()  # noqa: SIM905 - as above
    ),
    "decision": frozenset(("by", "client", "on", "quote", "what", "who")),
    "person": frozenset(("client", "name", "quote", "role", "roles", "stance", "title")),
}
"""The templates there are, and what each is given."""

_TITLE = 120
_LONGEST = 8_000
"""Characters of a template, so that a text stays below what a tracker holds."""
_SAMPLE: Blocks = (Paragraph(spans=(Span(text="a quote"),)),)
_BLOCKS = frozenset(
    "conversation contract deal people promises quote scope to_check why".split()  # noqa: SIM905 - as above
)


_INLINE = re.compile(r"\{\{-?\s*(\w+)\b.*?\}\}")


class Texts:
    """The templates in force. `own` are a company's, by name (`promise`), or by deal type and name (`renewal/promise`).

    Raises:
        ConfigError: one cannot be used; its file and line are named.
    """

    def __init__(self, own: Mapping[str, str] | None = None, *, folder: str = "") -> None:
        self._folder = folder
        self._token = secrets.token_hex(8)
        self._values: list[Value] = []
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=self._seal, autoescape=False
        )
        self._sealed = re.compile(f"\ue000{self._token}:(\\d+)\ue001")
        self._sources = _shipped() | dict(own or {})
        self._templates: dict[str, Template] = {}
        for name in own or ():  # what a company wrote fails here; ours are compiled when first needed
            self._try(name)

    def render(self, name: str, deal_type: str | None, values: Mapping[str, Value]) -> tuple[str, Document]:
        """Give title and text for a deal of a type: by the type's own template where there is one."""
        special = f"{_folder_of(deal_type)}/{name}" if deal_type else ""
        template = self._template(special if special in self._sources else name)
        self._values.clear()
        title, _, body = template.render(values).partition("\n")
        return shorten("".join(span.text for span in self._spans(title)), _TITLE), self._document(body)

    def _seal(self, value: object) -> str:
        """Put a value aside and give the token that stands for it; what a template joins by itself is literal as a whole."""
        kept = value if isinstance(value, Span | tuple) else str(value)
        self._values.append(kept)
        return f"\ue000{self._token}:{len(self._values) - 1}\ue001"

    def _document(self, body: str) -> Document:
        blocks: list[Block] = []
        bullets: list[tuple[Span, ...]] = []
        for line in map(str.strip, body.split("\n")):
            if bullets and not line.startswith("- "):
                blocks.append(Bullets(items=tuple(bullets)))
                bullets = []
            if line.startswith("- "):
                bullets.append(self._spans(line[2:]))
            elif line.startswith("# "):
                blocks.append(Heading(text="".join(span.text for span in self._spans(line[2:]))))
            elif (whole := self._sealed.fullmatch(line)) and isinstance(self._values[int(whole[1])], tuple):
                blocks.extend(self._values[int(whole[1])])  # type: ignore[arg-type]  # just told apart
            elif line:
                blocks.append(Paragraph(spans=self._spans(line)))
        return Document(blocks=(*blocks, *([Bullets(items=tuple(bullets))] if bullets else [])))

    def _spans(self, line: str) -> tuple[Span, ...]:
        """Give a line as spans, with what was sealed in its place; neighbours without an address become one."""
        spans: list[Span] = []
        for at, part in enumerate(self._sealed.split(line)):
            value = self._values[int(part)] if at % 2 else part
            span = value if isinstance(value, Span) else Span(text=self._literal(value) if at % 2 else part)
            if spans and span.link is None and not span.strong and spans[-1].link is None and not spans[-1].strong:
                spans[-1] = Span(text=spans[-1].text + span.text)
            elif span.text:
                spans.append(span)
        return tuple(spans)

    def _literal(self, value: Value) -> str:
        """Give a value as a text in which nothing is a token any more."""
        if isinstance(value, tuple):
            return ""
        return self._sealed.sub(lambda match: self._literal(self._values[int(match[1])]), str(value))

    def _template(self, name: str) -> Template:
        if name not in self._templates:
            self._templates[name] = self._compile(name, self._sources[name])
        return self._templates[name]

    def _compile(self, name: str, text: str) -> Template:
        kind = name.rpartition("/")[2]
        if kind not in NAMES:
            raise self._wrong(name, 1, f"there is no text of this name; there are {', '.join(sorted(NAMES))}")
        if len(text) > _LONGEST:
            raise self._wrong(name, 1, f"it is longer than {_LONGEST} characters")
        try:
            tree = self._environment.parse(text)
            unknown = meta.find_undeclared_variables(tree) - NAMES[kind]
        except TemplateSyntaxError as error:
            raise self._wrong(name, error.lineno, error.message or "it cannot be read") from None
        for number, line in enumerate(text.split("\n"), 1):
            inline = _INLINE.search(line)
            if inline and inline[1] in _BLOCKS and line.strip() != inline[0].strip():
                raise self._wrong(name, number, f"{inline[1]} holds whole blocks: it stands on a line of its own")
        for node in tree.find_all(nodes.Name):
            if node.name in unknown:
                known = ", ".join(sorted(NAMES[kind]))
                raise self._wrong(name, node.lineno, f"{node.name} is not known here; there are {known}")
        template = self._environment.from_string(tree)
        template.filename = name
        return template

    def _try(self, name: str) -> None:
        """Render a company's template with everything given, and with nothing, so that it fails here and not in a run."""
        kind, template = name.rpartition("/")[2], self._template(name)
        for full in (True, False):
            sample: dict[str, Value] = {
                one: (_SAMPLE if full else ()) if one in _BLOCKS else "x" if full else "" for one in NAMES[kind]
            }
            self._values.clear()
            try:
                rendered = template.render(sample)
            except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                frames = [one.lineno or 1 for one in traceback.extract_tb(error.__traceback__) if one.name in _FRAMES]
                raise self._wrong(name, frames[-1] if frames else 1, str(error) or type(error).__name__) from None
            if full and not rendered.partition("\n")[0].strip():
                raise self._wrong(name, 1, "the first line is the title, and it is empty")

    def _wrong(self, name: str, line: int, why: str) -> ConfigError:
        message = f"{self._folder}{name}.txt, line {line}: {why.rstrip('.')}."
        return ConfigError(message, advice="Correct the file, or remove it to have our own text again.")


_FRAMES = frozenset({"top-level template code", "template"})


def _folder_of(deal_type: str) -> str:
    """Give a deal type as a folder is called: `New Business` is `new-business`."""
    return "-".join(re.findall(r"\w+", deal_type.casefold()))


@cache
def _shipped() -> dict[str, str]:
    folder = files("atlas_sync.coverage") / "texts"
    return {name: (folder / f"{name}.txt").read_text(encoding="utf-8") for name in NAMES}


@cache
def our_texts() -> Texts:
    """Give the texts as we write them."""
    return Texts()
