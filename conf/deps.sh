#!/bin/sh
# Installs the packages of a scope of conf/packages that are missing, and those
# for building: deps.sh install|check SCOPE
# Prints nothing if none is missing. `check` installs nothing: it lists what is
# missing, and fails. Never asks a question.
set -eu

action=$1 scope=$2
table=$(dirname "$0")/packages

is_there()
{
    case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    file:*) ls -d ${1#file:} >/dev/null 2>&1 ;; # a pattern, so not quoted
    esac
}

any_is_there()
{
    for way in $(echo "$1" | tr , ' '); do
        ! is_there "$way" || return 0
    done
    return 1
}

# Whether the manager has the package; used only if there is a choice.
is_offered()
{
    case $manager in
    apt) apt-cache show "$1" >/dev/null 2>&1 ;;
    dnf) dnf -q info "$1" >/dev/null 2>&1 ;;
    apk) [ -n "$(apk search -e "$1")" ] ;;
    pacman) pacman -Si "$1" >/dev/null 2>&1 ;;
    esac
}

# Turns "a|b+c" into "a" if the release has a, else into "b c". If it has none,
# or no package list was fetched yet, the choice stays in the name.
packages_of()
{
    for names in $(echo "$1" | tr '|' ' '); do
        if [ "$names" = "$1" ] || is_offered "${names%%+*}"; then
            echo "$names" | tr + ' '
            return
        fi
    done
    echo "$1" | tr + ' '
}

manager=none
for name in apt dnf apk pacman; do
    program=$name
    [ $name != apt ] || program=apt-get
    if command -v $program >/dev/null; then
        manager=$name
        break
    fi
done

wanted=""
while read -r need scopes found_by apt dnf apk pacman; do
    case $need in '' | '#'*) continue ;; esac
    case ,$scopes, in
    *,build,* | *,"$scope",*) ;;
    *) continue ;;
    esac
    ! any_is_there "$found_by" || continue
    case $manager in
    apt) cell=$apt ;;
    dnf) cell=$dnf ;;
    apk) cell=$apk ;;
    pacman) cell=$pacman ;;
    none) cell=- ;;
    esac
    # What one can do without is not missed.
    case $action$cell in check\?*) continue ;; esac
    wanted="$wanted $need=$cell"
done <"$table"

[ -n "$wanted" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    command -v sudo >/dev/null || as_root=none
fi

if [ "$action" = install ] && [ $manager = apt ] && [ "$as_root" != none ]; then
    $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update || true
fi

needs="" packages=""
for pair in $wanted; do
    need=${pair%%=*} cell=${pair#*=}
    case $cell in
    \?*)
        cell=${cell#\?}
        if ! is_offered "$cell"; then
            echo "soquete: not offered here, and left out: $cell"
            continue
        fi
        ;;
    esac
    needs="$needs $need"
    [ "$cell" = - ] || packages="$packages $(packages_of "$cell")"
done
packages=${packages# }

[ -n "$needs" ] || exit 0

missing="soquete: missing:$needs (packages: ${packages:-unknown})"
if [ "$action" = check ]; then
    echo "$missing; \`make deps\` installs them" >&2
    exit 1
fi
if [ $manager = none ] || [ "$as_root" = none ]; then
    echo "$missing; please install them as root" >&2
    exit 1
fi

echo "soquete: missing:$needs; installing with $manager: $packages"
case $manager in
apt)
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o DPkg::Lock::Timeout=300 install --no-install-recommends $packages
    ;;
dnf) $as_root dnf -q -y --setopt=install_weak_deps=False install $packages ;;
apk) $as_root apk add --quiet $packages ;;
pacman) $as_root pacman -Sy --needed --noconfirm $packages ;;
esac </dev/null || {
    echo "soquete: could not install: $packages" >&2
    exit 1
}
