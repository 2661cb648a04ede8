/* header_rules.h -- which fields a site's author wants on which paths
 *
 * The form of a file `_headers`, as Netlify and Cloudflare Pages document it:
 *
 *     # comment
 *     /assets/[*]
 *       Cache-Control: max-age=31536000, immutable
 *       X-Robots-Tag: noindex
 *     /assets/embed.html
 *       ! X-Robots-Tag
 *
 * (read [*] as a star; rule_pattern.h). All rules that match a path apply,
 * in their order: a field of a later rule replaces that of an earlier one, as
 * it does at Netlify (Cloudflare joins the two). Lines of one rule with the
 * same name are joined by a comma, but for Set-Cookie. "! Name" is
 * Cloudflare's.
 *
 * Rules of other sources, such as --header, stand before those of the file.
 * Compiled once for each version of the file, then constant. Pure but for
 * memory. */
#ifndef SITE_HEADER_RULES_H
#define SITE_HEADER_RULES_H

#include "site/header_field.h"
#include "site/rule_index.h"
#include "site/rule_text.h"

struct header_rule {
    struct rule_pattern pattern;
    const char *source; /* "_headers", "--cors"; constant */
    unsigned line;      /* of the pattern, or the number of the option; 0: the
                           source has but one rule */
    size_t first, end;  /* its fields */
};

struct header_rules {
    struct rule_arena arena;
    struct rule_index index;
    struct header_rule *rules;
    struct header_field *fields; /* views into the arena */
    size_t rule_count, field_count, rule_room, field_room;
};

/* NULL: no memory. */
struct header_rules *header_rules_new(void);
void header_rules_free(struct header_rules *rules);

/* Adds the rules of a file's text. Reports mistakes; other lines hold. */
void header_rules_add_file(struct header_rules *rules, struct bytes text,
                           struct rule_mistakes *mistakes);

/* Adds the rule of an option, "PATTERN Name: value" or "PATTERN ! Name".
 * Returns NULL, or what was expected instead, constant. */
const char *header_rules_add_line(struct header_rules *rules, struct bytes text,
                                  const char *source, unsigned number);

/* Call it once after the last rule was added. False: no memory. */
bool header_rules_index(struct header_rules *rules);

enum { HEADER_MATCHES_MAX = 64 }; /* rules that apply to one path */

/* The rules that match, by number, in their order. Returns how many; of more
 * than HEADER_MATCHES_MAX, those that were found first. */
size_t header_rules_match(const struct header_rules *rules, struct bytes path,
                          uint32_t numbers[HEADER_MATCHES_MAX]);

#endif
