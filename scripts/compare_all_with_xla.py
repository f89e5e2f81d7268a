"""Compares what partir emits with XLA, program by program, and prints the first table of docs/xla-comparison.md.

    python scripts/compare_all_with_xla.py [searchless_chess_9m.mlir]

Runs ./partir and scripts/compare_with_xla.py for the annotated examples, the programs under examples/, one small program per kind of
collective, and, if it is given, the chess model under its schedules. Needs what compare_with_xla.py needs. Exits with 1 when a program
differs. Not part of the build or of its tests.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PARTIR = os.environ.get("PARTIR", os.path.join(ROOT, "partir"))
WHOLE = {"mesh": {"whole": 1}, "schedule": [{"name": "none", "axis": "whole", "optional": True, "tile": {"no such value": 0}}]}
KINDS = ["all_gather", "all_reduce", "reduce_scatter", "all_to_all", "collective_permute"]

DOT = """func.func public @main(%x: tensor<8x16xf32>, %w: tensor<16x12xf32>) -> tensor<8x12xf32> {
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x12xf32>) -> tensor<8x12xf32>
  return %y : tensor<8x12xf32>
}
"""
UNARY = """func.func public @main(%x: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %y = stablehlo.OP : tensor<8x16xf32>
  return %y : tensor<8x16xf32>
}
"""


def tiles(*steps):
    return {"mesh": {"a": 4}, "schedule": [{"name": f"t{i}", "axis": "a", "tile": tile} for i, tile in enumerate(steps)]}


# A program and a schedule that needs the collective.
SMALL = {
    "all_gather": (DOT, tiles({"x": 0}, {"w": 0})),
    "all_reduce": (DOT, tiles({"x": 1})),
    "reduce_scatter": (DOT, tiles({"x": 1}, {"result": 0})),
    "all_to_all": (UNARY.replace("%y = stablehlo.OP", "%t = stablehlo.tanh %x : tensor<8x16xf32>\n  %y = stablehlo.abs %t"), tiles({"x": 0, "result": 1})),
    "collective_permute": (UNARY.replace("OP", "reverse %x, dims = [0]"), tiles({"x": 0})),
}
VOCABULARY = {"name": "vocabulary", "axis": "model", "tile": {"arg0": 0}}


def partir(*arguments):
    done = subprocess.run([PARTIR, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"partir {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def row(name, program, schedule, folder):
    """Compares one program, and returns whether it agrees."""
    paths = {form: os.path.join(folder, form + ".mlir") for form in ("whole", "local", "sdy", "partitions")}
    files = {}
    for key, value in (("none", WHOLE), ("given", schedule)):
        if value is not None:
            files[key] = os.path.join(folder, key + ".json")
            with open(files[key], "w") as out:
                json.dump(value, out)
    chosen = ["--schedule", files["given"]] if schedule is not None else []
    partir("plan", program, "--schedule", files["none"], "--mesh", "whole=1", "--emit", "local", "-o", paths["whole"])
    partir("plan", program, *chosen, "--emit", "local", "-o", paths["local"])
    partir("plan", program, *chosen, "--emit", "sdy", "-o", paths["sdy"])
    partir("plan", program, *chosen, "--emit", "local", "--mode", "partition", "-o", paths["partitions"])
    report = json.loads(partir("plan", program, *chosen, "--json"))
    mesh = ", ".join(f"{axis}={size}" for axis, size in report["mesh"].items())
    counts = report["tactics"][-1]["collectives"]
    ours = ", ".join(f"{counts[kind]['count']} {kind}" for kind in KINDS if counts[kind]["count"]) or "none"
    script = os.path.join(ROOT, "scripts", "compare_with_xla.py")
    environment = {**os.environ, **({"MAGNITUDES": "1"} if ":tiny" in name else {})}
    done = subprocess.run([sys.executable, script, *paths.values()], capture_output=True, text=True, env=environment)
    if not done.stdout:
        sys.exit(f"{name}:\n{done.stderr}")
    found = dict(re.findall(r"devices as (.*?): largest difference (\S+) of", done.stdout))
    by_xla = re.search(r"partitioned by XLA: .*collectives: (.*)", done.stdout)
    theirs = re.sub(r"'([\w-]+)': (\d+)", r"\2 \1", by_xla.group(1)).strip("{}") if by_xla else ""
    worst = max((float(value) for key, value in found.items() if key != "annotated, partitioned by XLA"), default=0.0)
    print(f"| {name} | {mesh} | {worst:.1e} | {ours} | {theirs} |", flush=True)
    return done.returncode == 0


def main():
    good = True
    print("| program, schedule | mesh | largest difference, of the largest number | ours | XLA's own partitioning of the same shardings |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for kind, (program, schedule) in SMALL.items():
            path = os.path.join(folder, "small.mlir")
            with open(path, "w") as out:
                out.write(program)
            good &= row(f"one {kind}", path, schedule, folder)
        for name in ("mlp", "loop"):
            with open(os.path.join(ROOT, "examples", "schedules", name + ".json")) as text:
                schedule = json.load(text)
            # XLA's partitions hold blocks of one size, so that sizes must divide.
            schedule["mesh"]["batch"] = 4
            good &= row(f"{name}.mlir, {name}.json", os.path.join(ROOT, "examples", "programs", name + ".mlir"), schedule, folder)
        steps = [f"{model}:tiny" for model in ("T32", "Unet", "Gns", "Gemini")]
        for model in ("Mlp", "DecoderBlock", "Decoder:score", "Decoder:serve", *steps):
            good &= row(model, model, None, folder)
        for chess in sys.argv[1:]:
            with open(os.path.join(ROOT, "examples", "schedules", "searchless_chess_9m.json")) as text:
                whole = json.load(text)
            tactics = {tactic["name"]: tactic for tactic in [*whole["schedule"], VOCABULARY]}
            for names in (["BP"], ["BP", "MP"], ["BP", "MP", "vocabulary"]):
                part = dict(whole, schedule=[tactics[name] for name in names])
                good &= row(f"{os.path.basename(chess)}, {'+'.join(names)}", chess, part, folder)
    sys.exit(0 if good else 1)


main()
