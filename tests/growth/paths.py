"""Shapes of paths."""

from __future__ import annotations

from tests.growth import DUMMY, HEAD, shape


@shape(24)
def greedy_paths_with_many_readings(n: int) -> str:
    """Two greedy paths of many parameters, one a segment longer."""
    first = "".join(f"/{{bbbb{number}}}" for number in range(n))
    second = "".join(f"/{{b{number}}}" for number in range(n))
    return f"{HEAD}paths:\n  /{{a+}}/x{first}: {{get: {DUMMY}}}\n  /{{p}}/{{a+}}/x{second}: {{get: {DUMMY}}}\n"


@shape(200)
def long_greedy_paths(n: int) -> str:
    """Greedy paths with many segments of their own behind."""
    rest = ("/".join(f"s{part}_{number}" for part in range(80)) for number in range(n))
    return HEAD + "paths:\n" + "".join(f"  /{{x+}}/{one}: {{get: {DUMMY}}}\n" for one in rest)


@shape(160)
def paths_of_many_greedy_parameters(n: int) -> str:
    """Paths with more and more greedy parameters."""
    paths = (f"/{{g+}}/{'x/{h+}/' * number}{{i}}" for number in range(n))
    return HEAD + "paths:\n" + "".join(f"  ? '{path}'\n  : {{get: {DUMMY}}}\n" for path in paths)


@shape(160)
def greedy_paths_of_many_parameters(n: int) -> str:
    """Paths with more and more parameters, and a greedy one in the middle."""
    paths = (f"/{'{p}/' * number}{{g+}}{'/{q}' * number}/{number}" for number in range(n))
    return HEAD + "paths:\n" + "".join(f"  ? '{path}'\n  : {{get: {DUMMY}}}\n" for path in paths)


@shape(40_000)
def a_greedy_path_of_many_segments(n: int) -> str:
    """One path of nothing but segments."""
    return HEAD + 'paths:\n  ? "' + "/a" * n + '/{x+}"\n  : {get: ' + DUMMY + "}\n"


@shape(50_000)
def a_path_of_flaws(n: int) -> str:
    """One path of nothing but what no path has."""
    return HEAD + 'paths:\n  ? "/' + "{a//} { " * n + f'"\n  : {{get: {DUMMY}}}\n'


@shape(10_000)
def many_malformed_paths(n: int) -> str:
    """Paths with several flaws each, and a parameter that some of them have."""
    item = f"{{parameters: [{{name: a, in: path, required: true, schema: {{}}}}], get: {DUMMY}}}"
    paths = "".join(f"  '/{number}//{{a}}{{a}}/{{a x?y#z': *item\n" for number in range(n))
    return f"{HEAD}x-item: &item {item}\npaths:\n{paths}"
