#!/bin/sh
# Runs the JMH benchmarks: all of them, or those that the arguments name, as JMH takes them.
#
#   scripts/benchmark.sh                              all, with programs that the benchmarks make
#   scripts/benchmark.sh TextBenchmark.parse -p program=model.mlir
#   scripts/benchmark.sh InterpreterBenchmark -p program=DOT,CONVOLUTION
set -eu
root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
target=$root/partir-benchmarks/target
(cd "$root" && ./mvnw -q -B -ntp -Dmaven.test.skip=true -pl partir-benchmarks -am package >&2)
exec "$java" -cp "$target/classes:$target/lib/*" org.openjdk.jmh.Main "$@"
