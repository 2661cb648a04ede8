#!/bin/sh
# embed.sh -- files as C, to be compiled into the program
#
#     conf/embed.sh FILE... >wire_files.inc
#
# Defines `embedded`, an array of {name, bytes, length}, with the names alone,
# without their folders; its last entry has no name.
set -eu
export LC_ALL=C

i=0
for file; do
    echo "static const unsigned char embedded_$i[] = {"
    od -An -v -tu1 "$file" | sed 's/  *\([0-9][0-9]*\)/\1,/g'
    echo '};'
    i=$((i + 1))
done

echo 'static const struct embedded embedded[] = {'
i=0
for file; do
    echo "    {\"${file##*/}\", embedded_$i, sizeof(embedded_$i)},"
    i=$((i + 1))
done
echo '    {NULL, NULL, 0},'
echo '};'
