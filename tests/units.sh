#!/bin/sh
# Runs test programs, several at once, tells what failed, and sums:
# units.sh PROGRAM...
#
# A program of Check prints a line "100%: Checks: 12, Failures: 0, Errors: 0";
# one that says nothing of the kind, or fails though all is well by that line,
# has died and counts as one failure.

# Time for each test, as a multiple of its own bound: a hang is rare, and a busy
# machine or a sanitizer is not.
CK_TIMEOUT_MULTIPLIER=4
export CK_TIMEOUT_MULTIPLIER

# Two for each processor: many of them wait.
jobs=$((2 * $(nproc)))

run_one() { # PROGRAM SUMS
    output=$(CK_VERBOSITY=normal "$1" 2>&1)
    status=$?
    counts=$(echo "$output" | sed -n \
        's/.*Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 \2 \3/p')
    program=$1 sums=$2
    set -- $counts 0 0 0
    bad=$(($2 + $3))
    passed=$(($1 - bad))
    [ $status -eq 0 ] || [ $bad -gt 0 ] || bad=1
    [ -n "$counts" ] || bad=1
    echo "$passed $bad" >>"$sums"
    if [ $bad -eq 0 ]; then
        echo "ok   ${program##*/} ($1)"
    else
        printf 'FAIL %s\n%s\n' "$program" "$output"
    fi
}

if [ "$1" = --one ]; then
    run_one "$3" "$2"
    exit
fi
sums=$(mktemp) || exit 1
trap 'rm -f "$sums"' EXIT
printf '%s\n' "$@" | xargs -P "$jobs" -n 1 "$0" --one "$sums"
awk -v asked=$# '{ passed += $1; failed += $2 }
    END { failed += asked - NR
          printf "%d passed, %d failed\n", passed, failed
          exit failed > 0 || passed == 0 }' "$sums"
