"""Settings: a file, `atlas.toml`, then the environment, then flags.

What is opened with them, and where its secrets come from, is `opening`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from atlas_sync.canonical.model import Audience, PromiseKind
from atlas_sync.canonical.observed import TAGS
from atlas_sync.canonical.statement import ValueName
from atlas_sync.connectors.transport import Seconds, check_endpoint
from atlas_sync.coverage import Place
from atlas_sync.errors import ConfigError
from atlas_sync.operations.workspace import WritePolicy

__all__ = [
    "PREFIX",
    "AdviceSettings",
    "DeliverySettings",
    "Manners",
    "RecordSettings",
    "Settings",
    "at",
    "explain",
    "load_settings",
    "variable_of",
]

PREFIX = "ATLAS_"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""What a connection may be called: its name is a folder, a part of every reference, and of the variables of its secrets."""


class DeliverySettings(BaseModel):
    """Where sold work is delivered, and who can read it there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_project: dict[str, str] = Field(
        default_factory=dict,
        description="Tracker project key for deals without a project of their own, by CRM connection.",
    )
    audience: dict[str, Audience] = Field(
        default_factory=dict,
        description="Who can read a tracker project, by key: internal or client_ok. A project not named here counts as "
        "readable by the client.",
    )
    policy: WritePolicy = Field(
        default="plan-only",
        description="Who decides what is written: plan-only (unattended runs only plan, whoever runs apply decides), approve "
        "(only what was approved), or auto (also what needs no look).",
    )
    auto_kinds: tuple[Literal["brief", "promise", "decision", "people", "template", "deal"], ...] = Field(
        default=("brief", "promise", "decision", "people", "template", "deal"),
        description="Kinds of items that policy auto may write unseen; deal stands for the fields on deals, template "
        "for copies of a template project.",
    )
    sure_above: float = Field(
        default=0.8, ge=0, le=1, description="Confidence from which a statement needs no look before it is written."
    )
    many: int = Field(default=20, ge=1, description="Writes to one engagement above which all of them need a look.")
    most_per_run: int = Field(default=500, ge=1, description="Items that one run may make or change; the next goes on.")
    most_per_project: int = Field(default=300, ge=1, description="The same, in one project.")
    most_per_engagement: int = Field(default=100, ge=1, description="The same, for one engagement.")
    at_once: int = Field(
        default=4, ge=1, le=16, description="Items that are written at the same time, within the pace."
    )
    settle_s: Seconds = Field(
        default=900.0,
        ge=0,
        description="Seconds in which a create that got no answer may still come about; it is looked for, and tried "
        "again only after that.",
    )
    texts: Path | None = Field(
        default=None,
        description="Folder of texts of your own: brief.txt, promise.txt, decision.txt and person.txt, or the same in a folder "
        "named after a type of deal, such as renewal/brief.txt. What is not there is as we write it.",
    )
    assign: dict[Literal["brief", "promise", "decision", "people"], str] = Field(
        default_factory=dict,
        description="Who gets new items, by kind: the user's id in the tracker. Nobody by default.",
    )
    templates: dict[str, str] = Field(
        default_factory=dict,
        description="Key of the tracker project whose items are copied into the project of a new engagement, by type of deal "
        "as the CRM names it; * stands for every other type.",
    )
    watch: tuple[Literal["seller", "customer"], ...] = Field(
        default=(),
        description="Who is asked, once, to watch each brief where they have a user in the tracker: seller (who sold it), "
        "customer (the customer's people, only in projects that the client can read). Nobody by default.",
    )
    attach_conversation: bool = Field(
        default=False,
        description="Whether the whole conversation hangs on each brief as a printable file, where clients cannot read it.",
    )
    decide_within_days: int | None = Field(
        default=None,
        ge=1,
        description="Days after the win to decide what was left open, where its words name no day; none by default.",
    )
    held_in: dict[PromiseKind, Place] = Field(
        default_factory=dict,
        description="Where promises of a kind are looked for: tracker (work items), contract (these, or a clause of the "
        "contract that says it) or nowhere (no gap, whoever delivers it). By default price in the contract, all others in the "
        "tracker.",
    )
    large_from: dict[Annotated[str, Field(pattern=r"^([A-Z]{3}|\*)$")], Annotated[Decimal, Field(ge=0)]] = Field(
        default_factory=dict,
        description="Amount from which a sale is large, which makes its gaps more pressing, by currency (EUR, JPY); * stands "
        "for every other one, 100,000 by default.",
    )
    links: dict[str, str] = Field(
        default_factory=dict, description="Deal id at the CRM to tracker project key, where nothing else joins the two."
    )


class RecordSettings(BaseModel):
    """Whose word holds where several systems say something of one client, person or sale, and how its texts are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    precedence: tuple[str, ...] = Field(
        default=(), description="Names of connections, whose word goes first; else the record that was seen first."
    )
    precedence_of: dict[ValueName, tuple[str, ...]] = Field(
        default_factory=dict, description="The same for single values, such as amount, before `precedence`."
    )
    month_first: bool = Field(
        default=False,
        description="Whether 6/5 in a conversation is 5 June, where no date of the text such as 29/5 tells how it writes.",
    )


class Manners(BaseModel):
    """How a connection is treated, whatever its kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls_per_run: int = Field(
        default=25_000, gt=0, description="Calls that one run may send; what is left to read then, the next run reads."
    )
    reserve: float = Field(
        default=0.2, ge=0, lt=1, description="Share of a quota that the whole company uses, which is never eaten."
    )
    windows: int = Field(default=4, ge=1, le=32, description="Parts of a stream that are read at the same time.")
    sweep_every_h: float = Field(
        default=24.0, gt=0, le=8_760, description="Hours between two listings of all ids, which find silent erasures."
    )


class AdviceSettings(BaseModel):
    """A language model that may be asked about sentences in review, behind an OpenAI-compatible API.

    Its key, where it needs one, is read from ATLAS_ADVICE_KEY.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="Base address of the API, such as http://127.0.0.1:11434/v1 for one of your own.")
    model: str = Field(description="Name of the model there.")
    connections: tuple[str, ...] = Field(
        default=(), description="Names of the connections whose texts may be sent there; none by default."
    )
    timeout_s: Seconds = Field(default=60.0, gt=0, description="Seconds to wait for an answer.")

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        return check_endpoint(url, setting="advice.url")


class Settings(BaseModel):
    """All settings of one installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default=Path(".atlas"), description="Folder for landing, warehouse, ledger and snapshots.")
    tenant: str = Field(default="default", description="Name of this installation; part of every mark in the tracker.")
    ledger: str | None = Field(
        default=None, description="SQLAlchemy address of the ledger; SQLite in `home` by default."
    )
    overlap_s: Seconds = Field(
        default=900.0, ge=0, description="Seconds by which each pull reaches back over the last one."
    )
    promise_tags: tuple[Annotated[str, Field(min_length=2)], ...] = Field(
        default=TAGS, description="What begins a line of a note or task of ours that is a promise for certain."
    )
    connections: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Connected systems by name; `kind` chooses the connector, the rest is its own.",
    )
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    record: RecordSettings = Field(default_factory=RecordSettings)
    advice: AdviceSettings | None = Field(default=None, description="A language model to ask; none by default.")

    @field_validator("connections")
    @classmethod
    def _check_names(cls, connections: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Hold that each connection has a folder, references and variables of its own."""
        if unfit := [name for name in connections if not _NAME.fullmatch(name)]:
            message = f"{unfit[0]!r} is no name: one has letters, digits, - and _, and begins with no sign"
            raise ValueError(message)
        by_variable: dict[str, str] = {}
        for name in connections:
            other = by_variable.setdefault(variable_of(name, ""), name)
            if other != name:
                message = f"the secrets of {other} and {name} have the same variables: give one of them another name"
                raise ValueError(message)
        return connections

    @model_validator(mode="after")
    def _check_connected(self) -> Self:
        """Hold that whatever names a connection names one: a name that nobody has would be passed over in silence."""
        first = {name for names in (self.record.precedence, *self.record.precedence_of.values()) for name in names}
        for setting, named in (
            ("record.precedence", first),
            ("delivery.default_project", {*self.delivery.default_project}),
            ("advice.connections", {*(self.advice.connections if self.advice else ())}),
        ):
            if unknown := sorted(named - self.connections.keys()):
                message = f"{setting} names {', '.join(unknown)}, which is not connected"
                raise ValueError(message)
        return self


def load_settings(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: `path`, else the file that ATLAS_CONFIG names, else atlas.toml here, else defaults.

    `ATLAS_HOME`, `ATLAS_TENANT` and `ATLAS_LEDGER` override the file. A relative `home` is relative to the file.

    Raises:
        ConfigError: the file is missing or is not TOML, or a setting is unknown or of the wrong kind.
    """
    env = os.environ if environ is None else environ
    chosen = path or (Path(env["ATLAS_CONFIG"]) if env.get("ATLAS_CONFIG") else None)
    file = chosen or Path("atlas.toml")
    values = _read_file(file) if chosen or file.exists() else {}
    values |= {
        name: env[PREFIX + name.upper()] for name in ("home", "tenant", "ledger") if env.get(PREFIX + name.upper())
    }
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise explain(error, str(file)) from None
    except ConfigError as error:
        raise at(error, str(file)) from None
    home = settings.home if env.get("ATLAS_HOME") else file.parent / settings.home
    texts = settings.delivery.texts
    delivery = settings.delivery.model_copy(update={"texts": file.parent / texts if texts else None})
    return settings.model_copy(update={"home": home.resolve(), "delivery": delivery})


def variable_of(name: str, field: str) -> str:
    """Name the environment variable of a connection's field; of the connection alone where the field is empty."""
    return f"{PREFIX}{name}_{field}".upper().replace("-", "_")


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"there is no file {path}."
        raise ConfigError(message, advice="Give the right path with --config or ATLAS_CONFIG.") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path} is not readable TOML: {error}"
        raise ConfigError(message, advice="Correct the file.") from None


def explain(error: ValidationError, where: str, *, absent: Mapping[str, str] = MappingProxyType({})) -> ConfigError:
    """Name the places that are wrong, without the values that stand there; `absent` are the variables of secrets not given.

    Secrets are named where the settings as a whole are wrong: then it is often one of those of which that speaks.
    """
    places = "; ".join(
        ": ".join(filter(None, (".".join(map(str, item["loc"])), item["msg"]))) for item in error.errors()
    )
    named = {word for item in error.errors() if not item["loc"] for word in re.findall(r"\w+", item["msg"])}
    wanted = [variable for field, variable in absent.items() if field in named]
    advice = f"Set {' or '.join(wanted)}, or correct" if wanted else "Correct"
    return ConfigError(
        f"{where}: {places}.", advice=f"{advice} these settings; the README says where each is described."
    )


def at(error: ConfigError, where: str) -> ConfigError:
    """Give an error of a check of ours with the place of the settings that it is about."""
    return ConfigError(f"{where}: {error.summary}", advice=error.advice)
