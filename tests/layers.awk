# layers.awk -- proves that the floors and the doors hold
#
#     awk -f tests/layers.awk src/main.c src/*/*.c src/*/*.h
#
# Floors: an include points to its own floor or to one that `may` lists.
# Doors: a library or a facility of the kernel has one file that alone names it.
# Words: what a floor must never have heard of. Comments are not looked at.

BEGIN {
    may["base"]   = "base"
    may["tcp"]    = "base tcp"
    may["files"]  = "base files"
    may["http"]   = "base tcp http"
    may["site"]   = "base tcp files http site"
    may["wire"]   = "base tcp http wire"
    may["server"] = "base tcp files http site wire server"
    may["main"]   = "base server"

    door("llhttp\\.h", "http/parser\\.c")
    door("magic\\.h", "files/mime[a-z_]*\\.c")
    door("xxhash\\.h", "files/file_tag\\.c")
    door("brotli/encode\\.h|zlib\\.h", "files/squeeze\\.c")
    door("linux/openat2\\.h", "files/docroot\\.c")
    door("sys/inotify\\.h", "files/notifier\\.c")
    door("sys/sendfile\\.h", "tcp/[a-z_]+\\.c")
    door("linux/tcp\\.h", "tcp/[a-z_]+\\.c")
    door("linux/(errqueue|net_tstamp)\\.h", "tcp/stamps\\.c")

    only("netinet/tcp\\.h", "tcp")
    only("sys/epoll\\.h|netdb\\.h", "tcp|server")
    only("sys/socket\\.h", "base|tcp|wire|server")

    word("tcp", "http")
    word("files", "http|socket")
    word("http", "socket|epoll|sendfile|[^a-z_]send[ ]*\\(|[^a-z_]recv[ ]*\\(")
    one_file("TCP_INFO", "tcp")
    one_file("EPIPE", "tcp")
    one_file("SYS_openat2", "files")
}

function door(header, file) { door_of[header] = file }
function only(header, floors) { floors_of[header] = floors }
function word(floor, words) { unheard[floor] = words }
function one_file(name, floor) { home_of[name] = floor }

function bad(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    errors++
}

# The line without its comments and without what its string literals say.
function code(line,    out, end) {
    out = ""
    while (line != "") {
        if (in_comment) {
            end = index(line, "*/")
            if (end == 0)
                return out
            in_comment = 0
            line = substr(line, end + 2)
        } else if (match(line, /^"([^"\\]|\\.)*"/) ||
                   match(line, /^'([^'\\]|\\.)*'/)) {
            out = out substr(line, 1, RLENGTH)
            line = substr(line, RLENGTH + 1)
        } else if (substr(line, 1, 2) == "/*") {
            in_comment = 1
            line = substr(line, 3)
        } else if (substr(line, 1, 2) == "//") {
            return out
        } else {
            out = out substr(line, 1, 1)
            line = substr(line, 2)
        }
    }
    return out
}

function check_ours(path,    parts) {
    if (path ~ /^(mime_types|(wire|live|listing)_files)\.inc$/ && floor ~ /^(files|site)$/)
        return
    split(path, parts, "/")
    if (!(parts[1] in may))
        bad("write \"floor/name.h\", not \"" path "\"")
    else if (index(" " may[floor] " ", " " parts[1] " ") == 0)
        bad(floor " must not know " parts[1] " (" path ")")
}

function check_system(header,    pattern) {
    for (pattern in door_of)
        if (header ~ ("^(" pattern ")$")) {
            if (file !~ ("^" door_of[pattern] "$"))
                bad("<" header "> has its door in " door_of[pattern])
            else if ((pattern in opened) && opened[pattern] != file)
                bad("<" header "> has its door in " opened[pattern] " already")
            opened[pattern] = file
        }
    for (pattern in floors_of)
        if (header ~ ("^(" pattern ")$") && floor !~ ("^(" floors_of[pattern] ")$"))
            bad("<" header "> belongs to " floors_of[pattern])
}

function check_words(line,    name) {
    if ((floor in unheard) && match(tolower(line), unheard[floor]))
        bad(floor " has heard of \"" substr(line, RSTART, RLENGTH) "\"")
    for (name in home_of)
        if (line ~ ("(^|[^A-Za-z0-9_])" name "([^A-Za-z0-9_]|$)")) {
            if (floor != home_of[name])
                bad(name " belongs to " home_of[name])
            else if ((name in lives) && lives[name] != file)
                bad(name " lives in " lives[name] " already")
            lives[name] = file
        }
    if (floor != "main" && line ~ /(^|[^A-Za-z0-9_])_?exit[ ]*\(/)
        bad("only main.c ends the process")
}

FNR == 1 {
    file = FILENAME
    sub(/^.*src\//, "", file)
    floor = file
    if (!sub(/\/.*$/, "", floor))
        floor = "main"
    if (!(floor in may))
        bad("no floor is called " floor)
    in_comment = 0
    files++
}

{
    line = code($0)
    if (line ~ /^[ \t]*#[ \t]*include/) {
        name = line
        sub(/^[^"<]*["<]/, "", name)
        sub(/[">].*$/, "", name)
        if (line ~ /</)
            check_system(name)
        else
            check_ours(name)
    } else {
        check_words(line)
    }
}

END {
    if (errors)
        exit 1
    printf "layers: %d files, floors and doors hold\n", files
}
