/* rule_pattern.h -- the paths that a rule is for: `_headers`, `_redirects`
 *
 *     pattern          matches                        and captures
 *     ---------------  -----------------------------  ----------------------
 *     /about           /about, /about/
 *     /news/[*]        /news, /news/, /news/2024/a    splat: "2024/a"
 *     /[*].css         /a.css, /dir/b.css             splat: "dir/b"
 *     /news/:year/:id  /news/2024/7                   year: "2024", id: "7"
 *     /:name.html      /about.html, not /a/b.html     name: "about"
 *
 * (Read [*] as a star: with a slash before it, it would look like the start of
 * a comment.) A star stands for any bytes, also none and slashes; as a whole
 * segment it is optional together with its slash. A placeholder stands for one
 * byte or more without a slash. It begins a segment; more may follow in that
 * segment. Any other colon is a character. A slash at the end makes no
 * difference, in the pattern or in the path.
 *
 * A pattern is written as in a URL: escapes are decoded, so that "%2A" is a
 * star in a name. It matches decoded paths, in their case, as files do.
 *
 * Matching takes time in proportion to the length of the path times that of the
 * pattern's longest literal, however many wildcards there are. Pure but for
 * memory. */
#ifndef SITE_RULE_PATTERN_H
#define SITE_RULE_PATTERN_H

#include "site/rule_arena.h"

enum {
    RULE_PATTERN_MAX = 2000, /* bytes, as it is written */
    RULE_WILDCARDS_MAX = 16, /* stars and placeholders in one pattern */
};

enum rule_piece_kind {
    RULE_LITERAL,
    RULE_STAR,
    RULE_STAR_SEGMENT, /* "/" and a star: nothing, or a slash and any bytes */
    RULE_PLACEHOLDER,
};

struct rule_piece {
    enum rule_piece_kind kind;
    struct bytes text; /* of a literal; the name of a placeholder */
};

struct rule_pattern {
    /* Of a literal pattern: the path, without a slash at its end. Else the
     * folder of all that it matches, likewise; "" for the root. */
    struct bytes key;
    const struct rule_piece *pieces;
    size_t piece_count;
    bool is_literal;
};

/* What the wildcards of a pattern stood for, in their order; into the path. */
struct rule_captures {
    struct bytes at[RULE_WILDCARDS_MAX];
};

/* Compiles `text` into `pattern`, whose memory is the arena's. Returns NULL, or
 * what was expected instead, constant. */
const char *rule_pattern_parse(struct bytes text, struct rule_arena *arena,
                               struct rule_pattern *pattern);

/* Whether the pattern matches a decoded path, without its leading slash. If so,
 * sets captures->at of each wildcard. */
bool rule_pattern_match(const struct rule_pattern *pattern, struct bytes path,
                        struct rule_captures *captures);

/* Sets *index to that of the wildcard with this name; "splat" is the first
 * star. Returns whether there is one. */
bool rule_pattern_find(const struct rule_pattern *pattern, struct bytes name,
                       size_t *index);

/* The length of the name, letters, digits and low lines, at the beginning of
 * `text`: 0 where it begins with something else, or with a digit. */
size_t rule_name_len(struct bytes text);

#endif
