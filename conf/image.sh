#!/bin/sh
# Builds the container image with the first engine that works: image.sh TAG
# docker without its daemon is skipped.
set -eu

tag=$1
cd "$(dirname "$0")/.."

for engine in docker podman buildah; do
    command -v $engine >/dev/null || continue
    if ! $engine info >/dev/null 2>&1; then
        echo "image: $engine is installed, but does not respond" >&2
        continue
    fi
    # The OCI form of an image, which is the default of these two, has no
    # place for a HEALTHCHECK.
    format=
    [ $engine = docker ] || format=--format=docker
    echo "image: building $tag with $engine"
    exec $engine build $format -t "$tag" -f Dockerfile .
done
echo "image: no docker, podman or buildah that works" >&2
exit 1
