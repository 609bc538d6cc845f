"""What stays the same for callers is no change, and no edit makes the comparison fail."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.inputs import CORPUS
from tests.diff.states import base, compared, in_components, reordered, written
from tests.support import GOOD_FILES, SPECS, read

FILES = [*SPECS, *GOOD_FILES]


def _loaded(text: str) -> Any:
    """What a text of YAML holds, each alias a value of its own."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}-{path.name}" for path in FILES])
def test_itself(path: Any) -> None:
    """A specification has no changes from itself."""
    text = read(path)
    assert compared(text, text, path.name) == []


@pytest.mark.parametrize("path", SPECS, ids=[path.name for path in SPECS])
def test_comments(path: Any) -> None:
    """A comment at the top moves everything and changes nothing."""
    text = read(path)
    if path.suffix == ".yaml":
        assert compared(text, f"# moved\n\n{text}", path.name) == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_corpus_itself() -> None:
    """No real specification has changes from itself."""
    for path in sorted(CORPUS.iterdir()):
        if path.suffix in (".yaml", ".yml", ".json"):
            text = path.read_text("utf-8")
            assert compared(text, text, path.name) == [], path.name


@given(st.integers(0, 10**6))
def testreordered(seed: int) -> None:
    """The order of keys is no change."""
    assert compared(written(base()), written(reordered(base(), random.Random(seed)))) == []


def test_as_json() -> None:
    """The same as JSON, or in the flow style of YAML, is no change."""
    text = written(base())
    assert compared(text, json.dumps(base(), ensure_ascii=True)) == []
    assert compared(text, json.dumps(base(), indent=8)) == []


def test_windows() -> None:
    """Line endings of Windows are no change."""
    text = written(base())
    assert compared(text, text.replace("\n", "\r\n")) == []


def test_components() -> None:
    """What is moved into `components`, or out of them, is no change."""
    inline, moved = written(base()), written(in_components(base()))
    assert compared(inline, moved) == []
    assert compared(moved, inline) == []


def test_anchors() -> None:
    """An anchor instead of a repeated object is no change."""
    document = base()
    document["paths"]["/other"] = document["paths"]["/health"]
    assert "&id" in yaml.safe_dump(document)
    assert compared(written(document), yaml.safe_dump(document, sort_keys=False)) == []


def test_names() -> None:
    """Other names of a path parameter and of a security scheme, and the other spelling of a key, are no change."""
    text = written(base())
    renamed = text.replace("{id}", "{key}").replace("name: id", "name: key").replace("token:", "other:")
    renamed = renamed.replace("service_account_id", "serviceAccountId")
    assert renamed.count("key") > text.count("key")
    assert compared(text, renamed) == []


@pytest.mark.parametrize("placeholder", ["${FUNCTION}", "<function id>", "{{ function }}"])
def test_unknown(placeholder: str) -> None:
    """A value that is not known yet is no change, whichever side has it."""
    known = written(base())
    unknown = known.replace("d4e0123456789abcdefg", f"'{placeholder}'")
    assert unknown != known
    assert compared(known, unknown) == []
    assert compared(unknown, known) == []


def test_value_of_a_variable() -> None:
    """A variable that gives the same value is no change, and one that gives another is one."""
    text = written(base())
    same = text.replace("tag: stable", "tag: ${var.tag}").replace(
        "variables:", "variables:\n    tag: {default: stable}"
    )
    assert compared(text, same) == []
    other = same.replace("default: stable", "default: beta")
    assert {one.rule for one in compared(text, other)} == {"tag-changed"}


def test_description() -> None:
    """Prose is no change."""
    document = base()
    document["paths"]["/health"]["get"]["summary"] = "Состояние"
    document["paths"]["/health"]["get"]["responses"] = {"200": {"description": "fine"}}
    assert compared(written(base()), written(document)) == []


ODD: tuple[Any, ...] = (None, [], {}, "", "x", 0, True, [[]], {"$ref": "#"}, {"$ref": "#/paths"}, "${X}", "${var.env}")


def _places(value: Any) -> list[tuple[Any, Any]]:
    entries = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    inner = [place for _, item in entries if isinstance(item, (dict, list)) for place in _places(item)]
    return [*((value, key) for key, _ in entries), *inner]


@given(st.integers(0, 10**9))
def test_wrong_shapes(seed: int) -> None:
    """Whatever is put where, and whatever is missing, both ways are compared; each change has a place and words."""
    rng = random.Random(seed)
    document = base()
    for _ in range(rng.randint(1, 4)):
        container, key = rng.choice(_places(document))
        if isinstance(container, dict) and rng.random() < 0.3:
            del container[key]
        else:
            container[key] = deepcopy(rng.choice(ODD))
    if not document:
        return
    whole, odd = written(base()), written(document)
    for found in (*compared(whole, odd), *compared(odd, whole)):
        assert found.message
        assert found.span.end <= len(found.source.text)
    assert compared(odd, odd) == []


@given(st.integers(0, 10**9))
def test_broken_texts(seed: int) -> None:
    """Half a specification, or one with a part cut out, is compared too."""
    rng = random.Random(seed)
    text = written(base())
    start = rng.randrange(len(text))
    broken = text[:start] + text[start + rng.randint(1, 60) :]
    assert isinstance(compared(text, broken), list)
    assert isinstance(compared(broken, text), list)
    assert compared(broken, broken) == []
