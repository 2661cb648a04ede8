#!/bin/sh
# Fuzzes with each program in turn: fuzz.sh SECONDS PROGRAM...
# What crashed lies beside the program, with its name in front.
seconds=$1
shift
for program; do
    name=${program##*/}
    seeds=tests/fuzz/corpus/${name#fuzz_}
    [ -d "$seeds" ] || seeds=
    mkdir -p "$program.corpus"
    echo "== $name"
    # shellcheck disable=SC2086
    "$program" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$program." "$program.corpus" $seeds || exit 1
done
