"""Owns how much work a hostile or huge input may cause: every limit that is not part of the gateway's contract."""

from __future__ import annotations

# Reading

MAX_DEPTH = 256
"""Levels of nesting."""

MAX_BRANCHES = 4
"""How many of the branches that a template chooses between are read besides the last."""

MAX_NODES = 2_000_000
"""Values of a document, aliases expanded."""

MAX_BYTES = 50_000_000
"""Bytes of a file; the gateway accepts 3.5 MB."""

MAX_IGNORE_BYTES = 1_000_000
"""Bytes of a `.gitignore`."""

MAX_CONFIG_BYTES = 1_000_000
"""Bytes of a configuration file."""

MAX_GIT_BYTES = 10_000
"""Bytes of a `.git` that is a file: it names a folder."""

MAX_PARTS = 2_000
"""Files that the references of one specification are followed to."""

MAX_PARTS_BYTES = 50_000_000
"""Characters of all of them."""

MAX_SIBLINGS = 50
"""Files beside a document of Swagger 2.0 that are looked at."""

MAX_NEIGHBOURS = 1_000
"""Names in a folder that the name of a file that is not there is compared with."""

MAX_INDEX_DIGITS = 9
"""Digits of a list index in a JSON Pointer."""

MAX_NEAR_LINES = 40
"""Lines above a placeholder, or above what is wrong with the syntax, that are looked at."""

MAX_FORGOTTEN = 20
"""Forgotten placeholders that are found in one string."""

MAX_DISPUTED = 40
"""Characters of a scalar whose readings by YAML 1.1 and 1.2 are compared."""

# Suggestions

MAX_CANDIDATES = 500
"""Names that one word is compared with."""

MAX_LETTERS = 100
"""Letters of a word that gets a suggestion: nobody types a longer one."""

MAX_DIFFERENCES = 12
"""Letters by which a word may differ from the one that is suggested."""

MAX_SUGGESTIONS = 100
"""Words of a document that get a suggestion, where there may be thousands."""

MAX_MISSPELT_RULES = 100
"""Unknown rule names in ignore comments that get a suggestion."""

# Meaning

MAX_SUBSTITUTIONS = 1000
"""Substitutions of one string that are looked at."""

MAX_COMBINATIONS = 64
"""Combinations of variable values that are tried for one string."""

MAX_REMEMBERED_STRINGS = 500
"""Strings with variables that are remembered: several rules ask about the same ones."""

MAX_REFERENCE_STEPS = 16
"""References to references that are followed."""

MAX_COMPARED_PATHS = 200
"""Greedy paths with the same beginning that one path is compared with."""

MAX_DIFFERING = 20
"""Places where two objects differ that are looked at."""

MAX_OVERLAPS = 100_000
"""Pairs of paths of two specifications that are compared: most of them have nothing in common."""

# Validation

MAX_EVALUATED_LEVELS = 64
"""Levels of an instance that `jsonschema_rs` evaluates: its content may be copied that many times."""

MAX_CALLS = 6_000
"""Nested calls of `jsonschema`: about ten for each level of a document."""

MAX_REPEATED = 20_000
"""Values that aliases may add to a document before their repeats are left out."""

MAX_ROLES = 4
"""Roles in which a repeated container is validated."""

# Rules

MAX_CHECKED_NAMES = 50_000
"""Names of one integration that are checked, for each group of operations that declare the same."""

MAX_DECLARED = 50
"""Operations, and parameters, for which one fix adds declarations."""

MAX_PATH_NAMES = 100
"""Undeclared names of one path that are reported."""

MAX_NAMED_OPERATIONS = 10
"""Operations that one finding names."""

MAX_EXPRESSION = 1000
"""Characters of a jq expression that is compiled: the time grows with their square."""

MAX_EXPRESSIONS = 300
"""Different jq expressions of a document that are compiled, at some milliseconds each."""

MAX_RETYPED = 50
"""Values of an `enum` that one fix quotes."""

MAX_MEDIA_TYPES = 20
"""Media types of a response that a suggestion is chosen from."""

MAX_FORWARDED = 100_000
"""Parameters of operations with `http` integrations that are looked at."""

MAX_SENT_COOKIES = 10
"""Cookies that one suggested header names."""

MAX_ORIGIN = 300
"""Characters of an allowed origin that is looked at."""

MAX_URL_NAMES = 100
"""Names in one URL that are looked at."""

# Traces

MAX_URL = 20_000
"""Characters of a URL that is traced."""

MAX_TRACED = 300
"""Paths that are named as near ones, parameters, fields and errors of one step of a trace, each."""

MAX_SCHEMA_PARTS = 50_000
"""Parts of a schema that a value is judged by."""

# Fixes

MAX_REMOVED_NAMES = 20
"""Names that one fix removes from an ignore."""

MAX_STYLE_ENTRIES = 20
"""Entries that are looked at to learn a style."""

MAX_ROUNDS = 10
"""Rounds of linting and fixing."""

MAX_ATTEMPTS = 100
"""Attempts of one round to find out which of several fixes does harm."""

# Reports

MAX_ENTRY = 500
"""Characters of a value that is looked at as a secret in a text that is not parsed."""

MAX_MESSAGE = 1000
"""Characters of a message that is shown whole."""
