/* fuzz_target.c -- a request's target */
#include "http/target.h"

#include "fuzz.h"

/* Every segment is a name: not empty, no dots alone, not hidden; only the last
 * may be missing, after a slash. */
static void require_path(struct bytes path)
{
    size_t start = 0;

    require(memchr(path.at, '\0', path.len) == NULL, "no NUL in a path");
    require(path.len == 0 || path.at[0] != '/', "a path has no slash first");
    for (size_t i = 0; i <= path.len; i++) {
        struct bytes segment = {path.at + start, i - start};

        if (i < path.len && path.at[i] != '/')
            continue;
        require(segment.len > 0 || i == path.len, "no empty segment");
        require(!bytes_equal(segment, BYTES(".")), "no dot");
        require(!bytes_equal(segment, BYTES("..")), "no dots");
        require(segment.len == 0 || segment.at[0] != '.' ||
                    (start == 0 && bytes_equal(segment, BYTES(".well-known"))),
                "nothing hidden");
        start = i + 1;
    }
}

/* The Location of a redirect must lead to the same path. */
static void require_same_path(const struct target *target)
{
    size_t size = 1 + 3 * target->path.len + target->query.len;
    char *location = malloc(size), *out = malloc(size);
    struct target again;
    size_t len;

    require(location != NULL && out != NULL, "there is memory");
    require(target_format(target, location, size - 1) == 0,
            "the bound is exact");
    len = target_format(target, location, size);
    require(len >= 1 && len <= size, "a location has a length");
    for (size_t i = 0; i < len; i++)
        require(location[i] > ' ' && location[i] < 0x7f,
                "a location is printable");
    require(target->path.len == 0 || location[1] != '/',
            "a location names no host");
    require(target_parse((struct bytes){location, len}, out, &again) ==
                TARGET_PATH,
            "a location is a target");
    require(bytes_equal(again.query,
                        target->query.len > 0 ? target->query : BYTES("")),
            "the query stays");
    require(bytes_equal(again.path, target->path), "the path stays");
    free(location);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes raw = fuzz_copy((struct bytes){(const char *)data, size});
    char *out = malloc(size);
    struct target target;

    require(out != NULL || size == 0, "there is memory");
    host_is_valid(raw);
    if (target_parse(raw, out, &target) == TARGET_PATH) {
        require(target.path.len < raw.len, "decoding makes nothing longer");
        require(target.path.at == out, "the path is in `out`");
        require_path(target.path);
        require(target.query.len == 0 || target.query.at[0] == '?',
                "a query has its question mark");
        require(
            target.authority.at == NULL ||
                (target.authority.len > 0 && host_is_valid(target.authority)),
            "an authority is a host");
        require(memchr(raw.at, '#', raw.len) == NULL, "no fragment");
        require_same_path(&target);
    }
    free(out);
    fuzz_free(raw);
    return 0;
}
