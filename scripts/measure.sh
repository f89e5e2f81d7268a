#!/bin/sh
# Times the command line from the shell, once built, and prints a Markdown table: median and worst of RUNS runs each.
#
#   scripts/measure.sh [PROGRAM.mlir SCHEDULE.json]
set -eu
root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
runs=${RUNS:-7}

# Prints the median and the worst wall time of a command in seconds.
measure() {
  label=$1
  shift
  "$@" >/dev/null
  i=0
  times=
  while [ "$i" -lt "$runs" ]; do
    start=$(date +%s%N)
    "$@" >/dev/null
    end=$(date +%s%N)
    times="$times $(((end - start) / 1000000))"
    i=$((i + 1))
  done
  # shellcheck disable=SC2086
  printf '%s\n' $times | sort -n | awk -v label="$label" '
    { t[NR] = $1 }
    END { printf "| %s | %.2f s | %.2f s |\n", label, t[int((NR + 1) / 2)] / 1000, t[NR] / 1000 }'
}

echo "| command | median | worst |"
echo "| --- | --- | --- |"
measure "partir --version" "$root/partir" --version
measure "partir plan examples.Mlp" "$root/partir" plan examples.Mlp
measure "partir plan examples.DecoderBlock" "$root/partir" plan examples.DecoderBlock
measure "partir search examples.DecoderBlock" "$root/partir" search examples.DecoderBlock
measure "partir verify examples.DecoderBlock" "$root/partir" verify examples.DecoderBlock
if [ $# -eq 2 ]; then
  name=$(basename "$1")
  measure "partir plan $name" "$root/partir" plan "$1" --schedule "$2"
  measure "partir verify $name" "$root/partir" verify "$1" --schedule "$2"
fi
