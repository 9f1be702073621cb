"""Options of `pintu publish` that say what the columns of a file are."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import typer

from config.language import gettext, worded
from pintu.publishing.columns import Choice
from pintu.publishing.fields import FLAGS, Field, field_of, plain


def choice_of(
    *,
    only: str | None,
    ignore: Iterable[str] | None,
    mapped: Iterable[str] | None,
    extra: Iterable[str] | None,
) -> Choice:
    """The options together.

    Raises:
        typer.BadParameter: a field that the contract does not have, or a flag of confidence is to
            be left out.
    """
    ignored = [*(ignore or ())]
    for name in map(plain, ignored):
        if name in FLAGS:
            # It would send openly what somebody told in confidence.
            raise typer.BadParameter(
                worded("{name} cannot be left out", name=name), param_hint="--ignore"
            )
    fields = dict(map(_mapping, mapped or ()))
    for name, path in fields.items():
        if name in FLAGS and path != (name,):
            raise typer.BadParameter(
                worded("{name} cannot be left out", name=name), param_hint="--map"
            )
    words = [word.strip() for word in (only or "").split(",") if word.strip()]
    return Choice(only=words, ignore=ignored, mapped=fields, extra=[*(extra or ())])


def _mapping(option: str) -> tuple[str, Field]:
    column, equals, name = option.rpartition("=")
    if not equals or not column.strip():
        raise typer.BadParameter(gettext('it is like "Isi Pesan=text"'), param_hint="--map")
    if not name.strip():
        return plain(column), ()
    path = field_of(name)
    if path is None:
        raise typer.BadParameter(
            worded("{name} is no field of a complaint", name=name.strip()), param_hint="--map"
        )
    return plain(column), path


@cache
def topics_of(folder: Path | None) -> Mapping[str, str]:
    """Ids of topics, SP4N-LAPOR! ids and names of topics in lower case, to what names the topic.

    Raises ``ConfigurationError``.
    """
    # Late: it takes a second, and most files name no category by a word.
    from config.loading import load_rules

    rules = load_rules(folder)
    known = {" ".join(topic.name.lower().split()): topic.id for topic in rules.topics}
    return MappingProxyType(known | {name: name for name in rules.topic_index})
