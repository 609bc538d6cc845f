"""Owns what a file may be, by its name and by a search in its text, before anything is parsed."""

from __future__ import annotations

from apigw_lint.gateway.own_keys import has_near_key, may_have_own_key
from apigw_lint.source.pattern import pattern

TEMPLATE_SUFFIXES = (
    *(".tpl", ".tftpl", ".tmpl", ".template", ".j2", ".jinja", ".jinja2", ".envsubst"),
    *(".yaml.example", ".yml.example", ".json.example"),
)
"""Suffixes of templates: files that a tool renders before they are used."""

TERRAFORM_SUFFIXES = (".tf", ".tofu")
TERRAFORM_JSON_SUFFIXES = (".tf.json", ".tofu.json")

OPT_IN = {"markdown": (".md", ".markdown", ".mdx"), "shell": (".sh", ".bash", ".zsh")}
"""Suffixes of the hosts that are read only if the user names the file or `.apigw-lint.yaml` opts in, by their keys."""

_OPT_IN_SUFFIXES = tuple(suffix for suffixes in OPT_IN.values() for suffix in suffixes)

SUFFIXES = (".yaml", ".yml", ".json", *TERRAFORM_SUFFIXES, *TEMPLATE_SUFFIXES)
"""Suffixes of the files that are looked for in a folder, and that pre-commit hands to the hooks."""

WALKED_SUFFIXES = (*SUFFIXES, *_OPT_IN_SUFFIXES)
"""The same with those of the hosts that a configuration may opt in to."""

OTHER_SYNTAX = "not YAML, JSON or Terraform"

_OTHER_KINDS = {
    "a shell script": "sh bash zsh fish",
    "a PowerShell script": "ps1 psm1",
    "a batch file": "bat cmd",
    "Markdown": "md markdown mdx",
    "Python": "py pyi",
    "source code": "c cc cpp cs go h java js jsx kt kts lua mjs php pl rb rs scala sql swift ts tsx",
    "TOML": "toml",
    "an image": "bmp gif ico jpeg jpg png svg tiff webp",
    "a document": "doc docx odt pdf xls xlsx",
    "an archive": "7z bz2 gz jar rar tar tgz whl xz zip",
}
_KIND_OF = {suffix: kind for kind, suffixes in _OTHER_KINDS.items() for suffix in suffixes.split()}

_GATEWAY_KEY = pattern(r"""(?:^|[\s"'{,])x-yc-[a-z-]+["']?\s*:""")
_OPENAPI_3 = pattern(r"""(?m)^[{ \t"']*openapi["']?\s*:\s*["']?3\.""")
_ROOT_KEY = pattern(r"""(?m)^[{ \t"']*(?:openapi|swagger|paths)["']?\s*:""")
_REFERENCE_TO_FILE = pattern(r"""\$ref["']?\s*+:\s*+(?:[>|][-+\d]*+\s*+)?["']?[^\s"'#]""")
_PATH_KEY = pattern(r"""(?m)^["']?/[^\s:"'#]*["']?\s*:|\A\s*+\{\s*+"/""")
"""A path at the top, as a fragment of a specification has it."""
_FIRST_KEY = pattern(r"""(?:\s|#.*|---)*+[{\s"']*(?:openapi|swagger|info|paths|servers|tags|components)["']?\s*:""")
_VERSION = pattern(r"""(?m)^[{ \t"']*(?:openapi|swagger)["']?\s*:""")
_VERSION_IN_YAML = pattern(r"""(?m)^["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\.""")
_VERSION_IN_JSON = pattern(r""""(?:openapi|swagger)"\s*:\s*"[23]\.""")


def has_suffix(path: str, suffixes: str | tuple[str, ...]) -> bool:
    """Whether a path ends in one of some suffixes, in capitals too."""
    return path.endswith(suffixes) or path.lower().endswith(suffixes)


def is_terraform(path: str) -> bool:
    """Whether a path names a file of Terraform or OpenTofu."""
    return has_suffix(path, TERRAFORM_SUFFIXES)


def is_terraform_json(path: str) -> bool:
    """Whether a path names a file of Terraform or OpenTofu in JSON."""
    return has_suffix(path, TERRAFORM_JSON_SUFFIXES)


def opt_in_host(path: str) -> str:
    """The key in the configuration of the host that a path names, empty if it names none of those."""
    if not has_suffix(path, _OPT_IN_SUFFIXES):
        return ""
    return next(host for host, suffixes in OPT_IN.items() if has_suffix(path, suffixes))


def other_kind(path: str) -> str:
    """Why a file with this name is not read, empty if it may be: its suffix says that it is something else.

    Of a template the suffix in front counts: `init.sh.tpl` becomes a shell script.
    """
    name = path.lower()
    name = next((name.removesuffix(suffix) for suffix in TEMPLATE_SUFFIXES if name.endswith(suffix)), name)
    _, dot, suffix = name.rpartition(".")
    return f"{OTHER_SYNTAX}: {_KIND_OF[suffix]}" if dot and suffix in _KIND_OF else ""


def looks_like_openapi(text: str) -> bool:
    """Whether a text that is not parsed looks like an OpenAPI document: it says of which version it is."""
    if "openapi" not in text and "swagger" not in text:
        return False
    if text.lstrip()[:1] == "{":
        return '"paths"' in text and _VERSION_IN_JSON.search(text) is not None
    return _VERSION_IN_YAML.search(text) is not None


def looks_deployable(text: str) -> bool:
    """Whether a text that is not parsed looks like an OpenAPI 3 document with extensions of the gateway."""
    return _GATEWAY_KEY.search(text) is not None and _OPENAPI_3.search(text) is not None


def begins_as_specification(text: str) -> bool:
    """Whether a part of another text is a specification, as its first key and the rest of its words say.

    A script, or prose, with a specification in it is none.
    """
    return may_have_own_key(text) and _FIRST_KEY.match(text) is not None and _VERSION.search(text) is not None


def looks_half_written(path: str, text: str, *, is_wanted: bool) -> bool:
    """Whether a text that cannot be parsed looks like a specification all the same.

    It has keys of one; in a file whose suffix does not say that it is YAML or JSON, it also begins with one.
    """
    has_own_key = _GATEWAY_KEY.search(text) is not None or has_near_key(text)
    is_like_one = has_own_key and any(key.search(text) for key in (_ROOT_KEY, _PATH_KEY))
    is_like_one = is_like_one or (is_wanted and looks_like_openapi(text))
    return is_like_one and (has_suffix(path, SUFFIXES) or _FIRST_KEY.match(text) is not None)


def may_be_split(text: str) -> bool:
    """Whether a text may have a reference to another file."""
    return "$ref" in text and _REFERENCE_TO_FILE.search(text) is not None
