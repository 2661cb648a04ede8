#!/bin/sh
# The closing line of `make test`: total.sh FAILED_STEPS LOG...
# Sums the last line "N passed, N failed[, N skipped]" of each log.
steps=$1
shift
[ -z "$steps" ] || echo "failed:$steps"
for log; do
    grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" 2>/dev/null | tail -n 1
done | awk '{ passed += $1; failed += $3; skipped += $5 }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }'
[ -z "$steps" ]
