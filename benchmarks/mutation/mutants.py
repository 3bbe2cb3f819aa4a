"""The mutants: every small change that Cosmic Ray knows, at every place where it means something."""

from __future__ import annotations

import ast
import difflib
import random
import re
import uuid
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec, WorkItem

__all__ = ["EXCLUDED", "all_mutants", "difference", "is_told_apart", "mutated_source", "sampled"]

#: Operators left out, and why. Each would flatter the score (any test kills the mutant) or blur it (no test could).
EXCLUDED = {
    r"ReplaceBinaryOperator_(Add|Sub|Mul|Div|FloorDiv|Mod|Pow)_(RShift|LShift|BitOr|BitAnd|BitXor|Pow|Mod)$": (
        "arithmetic turned into bit operations, powers or remainders: floats fail at once and integers grow absurd"
    ),
    r"ReplaceBinaryOperator_(RShift|LShift|BitOr|BitAnd|BitXor)_(Add|Sub|Mul|Div|FloorDiv|Mod|Pow)$": (
        "bit operations turned into arithmetic: the same, the other way round"
    ),
    r"ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?$": (
        "`is` for `==`: the same object or not is an accident of the interpreter for numbers and texts"
    ),
    r"RemoveDecorator$": "decorators here compile, cache or declare; without one a result is the same or import fails",
    r"Variable(Replacer|Inserter)$": "they need the names of variables as arguments, and draw constants at random",
}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _meaningless(path: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the spans of annotations and decorators: texts that no code reads, and switches of speed."""
    found: list[ast.expr] = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found += node.decorator_list
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.append(node.returns)
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            found.append(node.annotation)
    return [((at.lineno, at.col_offset), (at.end_lineno or 0, at.end_col_offset or 0)) for at in found]


def all_mutants(paths: Iterable[Path]) -> Iterator[WorkItem]:
    """Yield a work item for each mutation of the modules, in a fixed order."""
    unwanted = re.compile("|".join(f"core/{pattern}" for pattern in EXCLUDED))
    names = [name for name in operator_names() if not unwanted.match(name)]
    operators = {name: get_operator(name)() for name in names}
    for path in paths:
        spans = _meaningless(path)
        nodes = list(ast_nodes(get_ast(path.read_text(encoding="utf-8"))))
        for name, operator in operators.items():
            places = ((node, *span) for node in nodes for span in operator.mutation_positions(node))
            for occurrence, (node, start, end) in enumerate(places):
                marker = node.parent is not None and node.parent.type == "parameters"  # of positional or keyword only
                if marker or any(first <= start <= last for first, last in spans):
                    continue
                mutation = MutationSpec(path, name, occurrence, start, end)
                yield WorkItem.single(uuid.uuid5(uuid.NAMESPACE_URL, f"{path} {name} {occurrence}").hex, mutation)


def sampled(items: list[WorkItem], count: int, seed: int) -> list[WorkItem]:
    """Draw ``count`` mutants without replacement, of each module in proportion to its number of mutants."""
    rng = random.Random(seed)
    by_module: dict[Path, list[WorkItem]] = {}
    for item in items:
        by_module.setdefault(item.mutations[0].module_path, []).append(item)
    ranked = [
        ((rank + rng.random()) / len(group), item)
        for group in by_module.values()
        for rank, item in enumerate(rng.sample(group, len(group)))
    ]
    return [item for _, item in sorted(ranked, key=lambda pair: pair[0])[:count]]


def mutated_source(mutation: MutationSpec) -> str:
    """Return the source of the module with the mutation."""
    visitor = MutationVisitor(mutation.occurrence, get_operator(mutation.operator_name)())
    changed = visitor.walk(get_ast(mutation.module_path.read_text(encoding="utf-8")))
    if not visitor.mutation_applied:
        raise ValueError(f"no place for {mutation}")
    return str(changed.get_code())


def is_told_apart(path: Path, source: str) -> bool:
    """Whether the mutant compiles and is another program than the original."""
    try:
        return ast.dump(ast.parse(source)) != ast.dump(_tree(path))
    except SyntaxError:
        return False


def difference(path: Path, source: str) -> str:
    """Return the unified diff without context, from the first ``@@`` on."""
    lines = difflib.unified_diff(path.read_text(encoding="utf-8").splitlines(), source.splitlines(), lineterm="", n=0)
    return "\n".join(list(lines)[2:])
