#!/bin/sh
# Lays out C files by .clang-format: format.sh [--check] FILE...
# Versions of clang-format differ, so only one is used. With --check nothing is
# written, and a file that would change is an error.
set -eu

version=14
program=
for name in clang-format-$version clang-format; do
    case $($name --version 2>/dev/null || true) in
    *" version $version."*) program=$name ;;
    esac
done

if [ "$1" = --check ]; then
    shift
    if [ -z "$program" ]; then
        echo "format: not checked, no clang-format $version here"
        exit 0
    fi
    exec $program --dry-run --Werror "$@"
fi
if [ -z "$program" ]; then
    echo "format: needs clang-format $version" >&2
    exit 1
fi
exec $program -i "$@"
