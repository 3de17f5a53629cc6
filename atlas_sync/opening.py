"""Opening: the workspace that entry points make of the settings, with its connections and their secrets.

A secret never stands in the settings' file: each secret field of a connection is read from the environment, as
`ATLAS_<CONNECTION>_<FIELD>`, or from the file that `ATLAS_<CONNECTION>_<FIELD>_FILE` names.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from atlas_sync.canonical.statement import Precedence
from atlas_sync.config import PREFIX, Manners, Settings, at, explain, variable_of
from atlas_sync.connectors.line import Line
from atlas_sync.connectors.registry import ConnectorSpec, connector
from atlas_sync.connectors.transport import IN_HEADER
from atlas_sync.connectors.writing import DealWriter
from atlas_sync.coverage import HELD_IN, LARGE_FROM, Rules, Texts
from atlas_sync.coverage.templates import our_texts
from atlas_sync.errors import ConfigError
from atlas_sync.operations.advice import Adviser
from atlas_sync.operations.workspace import Caps, Connection, Delivery, Workspace

__all__ = ["open_adviser", "open_local", "open_workspace"]

_LINE_ENDS = "\r\n"
"""What a shell or an editor leaves behind a secret; a blank there may be a part of a password."""
_PEM = "-----BEGIN "


def open_local(settings: Settings) -> Workspace:
    """Make the workspace for looking at what was synced: no connection, so no secret is needed."""
    return Workspace(
        home=settings.home,
        tenant=settings.tenant,
        connections={},
        delivery=_delivery(settings),
        ledger_url=_ledger_url(settings),
        precedence=Precedence(settings.record.precedence, settings.record.precedence_of),
    )


def open_workspace(settings: Settings, *, environ: Mapping[str, str] | None = None) -> Workspace:
    """Make the workspace of some settings. Nothing is contacted.

    Raises:
        ConfigError: a connection's settings are wrong or a secret is missing.
    """
    env = os.environ if environ is None else environ
    made = {name: _connection(name, given, env) for name, given in settings.connections.items()}
    return Workspace(
        home=settings.home,
        tenant=settings.tenant,
        connections=made,
        delivery=_delivery(settings),
        ledger_url=_ledger_url(settings),
        precedence=Precedence(settings.record.precedence, settings.record.precedence_of),
        overlap_s=settings.overlap_s,
        promise_tags=settings.promise_tags,
        month_first=settings.record.month_first,
    )


def open_adviser(settings: Settings, *, environ: Mapping[str, str] | None = None) -> Adviser:
    """Make what asks the language model that the settings name. Nothing is contacted.

    Raises:
        ConfigError: they name none, or no connection whose texts may be sent there, or the key cannot be sent.
    """
    env = os.environ if environ is None else environ
    given = settings.advice
    if given is None or not given.connections:
        message = "no language model may be asked."
        raise ConfigError(message, advice="Set advice.url, advice.model and advice.connections.")
    variable = f"{PREFIX}ADVICE_KEY"
    key = _checked(env.get(variable, "").strip(), variable, is_in_header=True)
    return Adviser(given.url, given.model, key, given.connections, given.timeout_s)


def _delivery(settings: Settings) -> Delivery:
    given = settings.delivery
    return Delivery(
        default_project=given.default_project,
        audience=given.audience,
        links=given.links,
        policy=given.policy,
        auto_kinds=given.auto_kinds,
        sure_above=given.sure_above,
        many=given.many,
        caps=Caps(run=given.most_per_run, project=given.most_per_project, engagement=given.most_per_engagement),
        settle_s=given.settle_s,
        at_once=given.at_once,
        templates=given.templates,
        watch=given.watch,
        held_in={**HELD_IN, **given.held_in},
        large_from={**LARGE_FROM, **given.large_from},
        rules=Rules(
            texts=_texts(given.texts),
            assignees={kind: who for kind, who in given.assign.items() if who},
            decide_within_days=given.decide_within_days,
            attaches=given.attach_conversation,
        ),
    )


def _texts(folder: Path | None) -> Texts:
    """Read a company's own texts, and hold that they can be used.

    Raises:
        ConfigError: the folder or a file in it cannot be read or used.
    """
    if folder is None:
        return our_texts()
    found = sorted((*folder.glob("*.txt"), *folder.glob("*/*.txt")))
    if not found:
        message = f"delivery.texts: there is no text in {folder}."
        raise ConfigError(message, advice="Correct the folder, or leave the setting out.")
    try:
        own = {path.relative_to(folder).with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in found}
    except (OSError, UnicodeDecodeError) as error:
        message = f"delivery.texts: a file in {folder} cannot be read ({type(error).__name__})."
        raise ConfigError(message, advice="Correct the files.") from None
    return Texts(own, folder=f"{folder}/")


def _ledger_url(settings: Settings) -> str:
    return settings.ledger or f"sqlite:///{settings.home / 'ledger.sqlite'}"


def _connection(name: str, given: Mapping[str, Any], env: Mapping[str, str]) -> Connection:
    values = dict(given)
    kind = values.pop("kind", None)
    if not isinstance(kind, str):
        message = f"connection {name} has no kind."
        raise ConfigError(message, advice=f'Set kind = "salesforce" (or another) under [connections.{name}].')
    spec = connector(kind)
    values |= _secrets(name, spec, values, env)
    common = {field: values.pop(field) for field in Manners.model_fields if field in values}
    try:
        manners = Manners.model_validate(common)
        settings = spec.settings.model_validate(values)
    except ValidationError as error:
        absent = {field: variable_of(name, field) for field in _secret_fields(spec) if field not in values}
        raise explain(error, f"connection {name}", absent=absent) from None
    except ConfigError as error:
        raise at(error, f"connection {name}") from None
    line = Line(calls_per_run=manners.calls_per_run, reserve=manners.reserve)
    return Connection(
        name=name,
        kind=kind,
        role=spec.role,
        open_reader=partial(line.lend, partial(spec.open_reader, settings, name)),
        mapper=spec.make_mapper(settings, name),
        open_writer=partial(line.lend, partial(spec.open_writer, settings, name)) if spec.open_writer else None,
        open_deals=_deals(spec, settings, name, line),
        line=line,
        windows=manners.windows,
        sweep_every_h=manners.sweep_every_h,
        unsigned=variable_of(name, signer) if (signer := spec.webhooks_signed_by) and not values.get(signer) else "",
    )


def _deals(spec: ConnectorSpec, settings: BaseModel, name: str, line: Line) -> Callable[[], DealWriter] | None:
    """Give how to write on deals, where the settings name fields for it."""
    if spec.open_deals is None or getattr(settings, "feedback", None) is None:
        return None
    return partial(line.lend, partial(spec.open_deals, settings, name))


def _secrets(name: str, spec: ConnectorSpec, values: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, info in _secret_fields(spec).items():
        variable = variable_of(name, field)
        if field in values:
            message = f"connection {name}: {field} is a secret and may not stand in the file."
            raise ConfigError(message, advice=f"Remove it there and set {variable}.")
        is_in_header = IN_HEADER in info.metadata
        if env.get(f"{variable}_FILE"):
            secret = _read_secret(Path(env[f"{variable}_FILE"]), f"{variable}_FILE")
            found[field] = _checked(secret, f"{variable}_FILE", is_in_header=is_in_header)
        elif secret := env.get(variable, "").strip(None if is_in_header else _LINE_ENDS):
            found[field] = _checked(secret, variable, is_in_header=is_in_header)
        elif info.is_required():
            message = f"connection {name}: {field} is missing."
            raise ConfigError(message, advice=f"Set {variable}, or {variable}_FILE to a file that holds it.")
    return found


def _checked(secret: str, variable: str, *, is_in_header: bool) -> str:
    """Hold that a secret can be sent; a key in PEM form has several lines, and what people choose any letters.

    Raises:
        ConfigError: it cannot.
    """
    kinds = () if _PEM in secret and not is_in_header else ("Cc", "Cs")
    if any(unicodedata.category(char) in kinds for char in secret) or (is_in_header and not secret.isascii()):
        message = f"{variable} holds a character that no secret has, such as a line break or a curly quotation mark."
        raise ConfigError(message, advice="Copy the secret anew.")
    return secret


def _secret_fields(spec: ConnectorSpec) -> dict[str, FieldInfo]:
    return {field: info for field, info in spec.settings.model_fields.items() if info.annotation is SecretStr}


def _read_secret(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"the file that {variable} names cannot be read ({type(error).__name__})."
        raise ConfigError(message, advice=f"Correct {variable}.") from None
