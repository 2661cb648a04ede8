#!/bin/sh
# embed.sh -- files as C, to be compiled into the program
#
#     conf/embed.sh [-z] FILE... >wire_files.inc
#
# Defines `embedded`, an array of {name, bytes, length}, with the names alone,
# without their folders; its last entry has no name. With -z each FILE is
# followed by FILE.gz, its sidecar; the same bytes give the same one.
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

# The array with this name: what comes in.
array() {
    echo "static const unsigned char $1[] = {"
    od -An -v -tu1 | sed 's/  *\([0-9][0-9]*\)/\1,/g'
    echo '};'
}

entry() {
    echo "    {\"$1\", $2, sizeof($2)},"
}

zip=
if [ "$1" = -z ]; then
    zip=1
    shift
fi

i=0
for file; do
    slim "$file" | array "embedded_$i"
    [ -z "$zip" ] || slim "$file" | gzip -9n | array "embedded_${i}_gz"
    i=$((i + 1))
done

echo 'static const struct embedded embedded[] = {'
i=0
for file; do
    entry "${file##*/}" "embedded_$i"
    [ -z "$zip" ] || entry "${file##*/}.gz" "embedded_${i}_gz"
    i=$((i + 1))
done
echo '    {NULL, NULL, 0},'
echo '};'
