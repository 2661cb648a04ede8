#!/bin/sh
# embed.sh -- files as C, to be compiled into the program
#
#     conf/embed.sh FILE... >wire_files.inc
#
# Defines `embedded`, an array of {name, bytes, length}, with the names alone,
# without their folders; its last entry has no name.
#
# Of scripts and style sheets go in neither the lines that only hold a // comment
# nor the blanks at the beginning of a line: a sixth of what a browser loads. No
# text of several lines may therefore depend on either.
set -eu
export LC_ALL=C

slim() {
    case $1 in
    *.js) sed -e '/^ *\/\//d' -e 's/^ *//' "$1" ;;
    *.css) sed -e 's/^ *//' "$1" ;;
    *) cat "$1" ;;
    esac
}

i=0
for file; do
    echo "static const unsigned char embedded_$i[] = {"
    slim "$file" | od -An -v -tu1 | sed 's/  *\([0-9][0-9]*\)/\1,/g'
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
