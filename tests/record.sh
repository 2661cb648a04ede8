#!/bin/sh
# Runs a command, and keeps what it prints: record.sh LOG COMMAND [ARGUMENT...]
# A shell knows only tee's exit status at the end of a pipe; the command's own
# comes through a file.
log=$1
shift
{
    PYTHONUNBUFFERED=1 "$@" 2>&1
    echo $? >"$log.status"
} | tee "$log"
status=$(cat "$log.status")
rm -f "$log.status"
exit "$status"
