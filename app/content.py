"""Where content lives and how its YAML is read, keeping the line of every key for error messages."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Hashable
from functools import lru_cache, partial, update_wrapper
from inspect import signature
from pathlib import Path
from threading import RLock
from typing import Annotated, Any, Generic, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from app.dates import Period
from app.errors import ContentError
from app.parsed import parsed

_HERE = Path(__file__).resolve().parent
_SafeLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=8)
def _folder(packaged: str, source: str) -> Path:
    inside_wheel = _HERE / packaged
    return inside_wheel if inside_wheel.is_dir() else _HERE.parent / source


def content_dir() -> Path:
    """The folder of doctors' and campaign teams' content: `JALON_CONTENT_DIR`, else inside the wheel, or the source
    tree's `content/`."""
    named = os.environ.get("JALON_CONTENT_DIR")
    return Path(named) if named else _folder("_content", "content")


def migrations_dir() -> Path:
    return _folder("_migrations", "migrations")


def samples_dir() -> Path:
    """The project's own synthetic records."""
    return _folder("_samples", "samples")


class _LineLoader(_SafeLoader):  # type: ignore[misc]
    """YAML 1.1 safe loader that refuses duplicate keys (the second would silently win)."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                break  # refused just below, with its line
            if key in seen:
                raise ContentError(
                    f"the key {key!r} stands twice", where=f"{self.name}:{key_node.start_mark.line + 1}",
                    remedy="keep one of the two",
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _a_day_that_exists(loader: Any, node: Any) -> Any:
    try:
        return _SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError:
        raise ContentError(
            "a date that does not exist", where=f"{loader.name}:{node.start_mark.line + 1}", remedy="write AAAA-MM-JJ"
        ) from None


_LineLoader.add_constructor("tag:yaml.org,2002:timestamp", _a_day_that_exists)


def text_of(path: Path) -> str:
    """Raises ContentError for a file that cannot be read, or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ContentError("not UTF-8 text", where=f"{path.name}:{line}", remedy="save the file as UTF-8") from None
    except OSError as error:
        problem = f"cannot be read: {error.strerror or 'unknown reason'}"
        raise ContentError(problem, where=path.name, remedy="mend its rights, or remove it") from None


def read_yaml(path: Path) -> Any:
    """The plain data of a YAML file. Raises ContentError with file and line when it is not valid YAML."""
    return parse_yaml(text_of(path), name=str(path.name))


def parse_yaml(text: str, *, name: str) -> Any:
    loader = _LineLoader(text)
    loader.name = name
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        problem = f"not valid YAML: {error.problem}"
        raise ContentError(problem, where=where, remedy="check indentation and quotes") from None
    except yaml.YAMLError:  # a control character: no line is told
        raise ContentError("not a YAML text", where=name, remedy="remove control characters") from None
    finally:
        loader.dispose()


def line_of(text: str, location: tuple[str | int, ...]) -> int:
    """The 1-based line of a Pydantic error location in a YAML text (the deepest part of it that exists)."""
    node = yaml.compose(text, Loader=_SafeLoader)
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    node, line = value, key.start_mark.line + 1
                    break
            else:
                continue  # Pydantic names union members in its path: they are not in the file
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


_TOLD = {
    "extra_forbidden": "this key is not known", "missing": "is missing", "string_too_short": "is empty",
    "model_type": "keys and values are expected here (`id: …`)",
    "date_from_datetime_parsing": "a date that does not exist", "date_parsing": "a date that does not exist",
}
_REMEDIES = {
    "extra_forbidden": "remove it, or write a key of docs/add-a-guideline.md", "missing": "write it",
    "string_too_short": "write it", "date_from_datetime_parsing": "write AAAA-MM-JJ",
    "date_parsing": "write AAAA-MM-JJ",
}

def _a_period(value: str) -> str:
    Period.parse(value)
    return value


PeriodText = Annotated[str, AfterValidator(_a_period)]
"""A calendar length, `P2Y`, `P18M`, `P6W` or `P90D`."""


class Strict(BaseModel):
    """What people write by hand: a key that is not known is an error, and what was read does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)
Loaded = TypeVar("Loaded")


class Kept(Generic[Loaded]):
    """A loader of content that keeps what it loads. New content is loaded beside the old (`fresh`), and takes its place
    (`put`) once everything about it is known to be right."""

    def __init__(self, load: Callable[..., Loaded]) -> None:
        self.fresh = load
        """Loads again, and keeps nothing."""
        self._signature = signature(load)
        self._kept: dict[tuple[Any, ...], Loaded] = {}
        self._one_at_a_time = RLock()
        update_wrapper(self, load)

    def __call__(self, *args: Any, **named: Any) -> Loaded:
        key = self._key(args, named)
        if (found := self._kept.get(key)) is None:
            with self._one_at_a_time:
                if (found := self._kept.get(key)) is None:
                    found = self._kept[key] = self.fresh(*args, **named)
        return found

    def put(self, loaded: Loaded, *args: Any, **named: Any) -> None:
        self._kept[self._key(args, named)] = loaded

    def cache_clear(self) -> None:
        self._kept.clear()

    def _key(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        bound = self._signature.bind(*args, **named)
        bound.apply_defaults()
        return bound.args


def load_model(path: Path, model: type[Model], *, data: Any = None) -> Model:
    """Read a YAML file into a Pydantic model; the first error is raised as ContentError with file, line and remedy."""
    text = text_of(path)
    try:
        if data is None:
            data = parsed(path, text, partial(parse_yaml, name=path.name))
        return model.model_validate(data)
    except ValidationError as error:
        first = told_errors(error, text, path.name)[0]
        remedy = f"{error.error_count()} error(s) in this file; see docs/add-a-guideline.md"
        raise ContentError(first.problem, where=first.where, remedy=remedy) from None


def told_errors(error: ValidationError, text: str, name: str) -> list[ContentError]:
    """Each error of a file, with its line; a misspelt key comes first, since it explains those that are missing."""
    found = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    return [
        ContentError(
            ": ".join(filter(None, (".".join(str(p) for p in one["loc"]), _told(one["type"], one["msg"])))),
            where=f"{name}:{line_of(text, one['loc'])}",
            remedy=_REMEDIES.get(one["type"], "see docs/add-a-guideline.md"),
        )
        for one in found
    ]


def _told(kind: str, message: str) -> str:
    return _TOLD.get(kind, message.removeprefix("Value error, "))


def digest_of(*paths: Path) -> str:
    """`sha256:…` over file names and bytes, independent of the folder they are read from."""
    return digest_of_bytes({path.name: path.read_bytes() for path in paths})


def digest_of_bytes(files: dict[str, bytes]) -> str:
    """The same, of files that are not on a disk: name → bytes."""
    hasher = hashlib.sha256()
    for name in sorted(files):
        hasher.update(name.encode() + b"\0" + files[name] + b"\0")
    return "sha256:" + hasher.hexdigest()
