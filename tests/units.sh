#!/bin/sh
# Runs each test program, tells what failed, and sums: units.sh PROGRAM...
#
# A program of Check prints a line "100%: Checks: 12, Failures: 0, Errors: 0";
# one that says nothing of the kind, or fails though all is well by that line,
# has died and counts as one failure.
passed=0 failed=0
for program; do
    output=$(CK_VERBOSITY=normal "$program" 2>&1)
    status=$?
    counts=$(echo "$output" | sed -n \
        's/.*Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 \2 \3/p')
    set -- $counts 0 0 0
    bad=$(($2 + $3))
    passed=$((passed + $1 - bad))
    [ $status -eq 0 ] || [ $bad -gt 0 ] || bad=1
    [ -n "$counts" ] || bad=1
    failed=$((failed + bad))
    if [ $bad -eq 0 ]; then
        echo "ok   ${program##*/} ($1)"
    else
        echo "FAIL $program"
        echo "$output"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
