#!/bin/sh
# Times javac from the shell with the packaged annotation processor and without, and prints a Markdown table.
#
#   scripts/measure_processor.sh            medians of 12 runs each
#   RUNS=30 scripts/measure_processor.sh
set -eu
root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
(cd "$root" && ./mvnw -q -B -ntp -Dmaven.test.skip=true -pl partir-benchmarks -am package >&2)
# One jar of a module, whatever its version.
jar() {
  for file in "$root/$1/target/$1-"[0-9]*"$2.jar"; do
    case $file in *-all.jar) [ "$2" = -all ] || continue ;; esac
    echo "$file"
  done | head -n 1
}
exec "$java" "-Druns=${RUNS:-12}" -cp "$root/partir-benchmarks/target/classes" dev.partir.benchmarks.ProcessorFromShell \
  "$(jar partir-processor -all)" "$(jar partir-annotations "")" "$(jar partir-runtime "")"
