/* redirect_target.h -- where a rule of `_redirects` leads to
 *
 *     /blog/:splat                  a path of the site
 *     /find?q=:q#top                with a query and a fragment of its own
 *     https://example.org/:splat    another server, whose name is fixed
 *
 * Placeholders stand for what the rule's pattern or parameters matched, and are
 * escaped as their place demands. A name that is none of these is a mistake
 * where it begins a segment, since it was meant as one; elsewhere a colon is a
 * character. Refused is what a browser would take for another place than its
 * author meant: "//host", and any scheme but http and https. Pure but for
 * memory. */
#ifndef SITE_REDIRECT_TARGET_H
#define SITE_REDIRECT_TARGET_H

#include "site/rule_pattern.h"

enum { REDIRECT_PARAMS_MAX = 8 }; /* in one rule */

/* A parameter that a request must have for a rule to match. */
struct redirect_param {
    struct bytes name;
    struct bytes value; /* what it must be; with is_captured, the name by which
                           the target refers to it */
    bool is_captured;
};

/* What stands for the placeholders: those of the pattern, decoded; then those
 * of the parameters, as they are written in the query. */
struct redirect_values {
    struct rule_captures captures;
    struct bytes params[REDIRECT_PARAMS_MAX];
};

enum target_piece_kind { TARGET_LITERAL, TARGET_CAPTURE, TARGET_PARAM };

struct target_piece {
    enum target_piece_kind kind;
    bool is_in_query; /* or in the fragment */
    uint8_t index;    /* of the capture or the parameter */
    struct bytes text;
};

struct redirect_target {
    bool is_absolute; /* it begins with a scheme and a host */
    bool has_query;
    const struct target_piece *pieces;
    size_t piece_count, fragment; /* the first piece of a fragment */
};

/* Compiles `text`. Returns NULL, or what was expected instead, constant. */
const char *redirect_target_parse(struct bytes text,
                                  const struct rule_pattern *pattern,
                                  const struct redirect_param *params,
                                  size_t param_count, struct rule_arena *arena,
                                  struct redirect_target *target);

/* Writes a reference (RFC 3986, 4.1) of printable ASCII: the target, and
 * `query` (with its '?'; or none) before its fragment. Returns its length, or 0
 * where it has no room. */
size_t redirect_target_format(const struct redirect_target *target,
                              const struct redirect_values *values,
                              struct bytes query, char *out, size_t size);

#endif
