#!/usr/bin/env python3
"""Checks with MLIR's own parser that programs are MLIR, and that printed programs are the same.

  pip install "jax<0.11"
  scripts/check_with_mlir.py FILE|DIR...                    every file parses and verifies
  scripts/check_with_mlir.py --against SOURCES DIR...       and is the program that it was printed from

A printed file NAME.pretty.mlir or NAME.generic.mlir is compared with SOURCES/**/NAME, as MLIR prints
both. `./mvnw -pl partir-runtime -am test -Dpartir.printed=DIR` prints the corpus to DIR. Nothing of
the build or of its tests needs this script.
"""

import argparse
import pathlib
import sys

from jax._src.interpreters import mlir
from jaxlib.mlir import ir


def context():
    # JAX's own, for it knows func, stablehlo, chlo and sdy.
    made = mlir.make_ir_context()
    # What JAX and others hang onto programs, such as mhlo.num_partitions.
    made.allow_unregistered_dialects = True
    return made


def parts(path):
    """Returns the modules of a file, which lines of // ----- separate."""
    text = path.read_text()
    return [part for part in text.split("\n// -----") if part.strip()]


def canonical(path):
    """Returns what MLIR prints for the modules of a file, each read by itself."""
    printed = []
    for part in parts(path):
        with context():
            printed.append(str(ir.Module.parse(part)))
    return printed


def source_name(printed):
    for suffix in (".pretty.mlir", ".generic.mlir"):
        if printed.name.endswith(suffix):
            return printed.name[: -len(suffix)]
    return printed.name


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--against", type=pathlib.Path, help="where the sources are")
    arguments.add_argument("paths", nargs="+", type=pathlib.Path)
    options = arguments.parse_args()
    files = []
    for path in options.paths:
        files += sorted(path.rglob("*.mlir")) if path.is_dir() else [path]
    sources = {}
    if options.against:
        sources = {path.name: path for path in options.against.rglob("*.mlir")}
    failures = 0
    for path in files:
        try:
            printed = canonical(path)
            if sources and printed != canonical(sources[source_name(path)]):
                raise ValueError("another program than " + str(sources[source_name(path)]))
        except Exception as problem:  # MLIRError, ValueError, KeyError
            failures += 1
            print(f"{path}: {problem}")
    print(f"{len(files) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
