/* redirect_rules.h -- which paths lead to others
 *
 * The form of a file `_redirects`, as Netlify documents it, one rule a line:
 *
 *     # from         [parameters]  to               [status, with ! by force]
 *     /home                        /
 *     /news/[*]                    /blog/:splat     302
 *     /store         id=:id        /items/:id       301
 *     /app/[*]                     /app/index.html  200
 *     /old/[*]                     /gone.html       404!
 *
 * (read [*] as a star; rule_pattern.h). Without a status it is 301. With
 * 200 the target's content is sent under the path that was requested, and with
 * 404 too, as the content of that status. Parameters must all be in the query,
 * in any order, among others; one of ":name" with any value that is not empty.
 *
 * The first rule that matches decides. One that leads to where the request is
 * already does not match: "/blog /blog/" adds a slash once, and a star to
 * /index.html does not go round in circles.
 *
 * Not supported, so that the rule is dropped: rules for a host, a country, a
 * language, a role or a cookie, and other servers' content (200 with a host).
 *
 * Compiled once for each version of the file, then constant. Pure but for
 * memory. */
#ifndef SITE_REDIRECT_RULES_H
#define SITE_REDIRECT_RULES_H

#include "http/status.h"
#include "site/redirect_target.h"
#include "site/rule_index.h"
#include "site/rule_text.h"

struct redirect_rule {
    struct rule_pattern pattern;
    const struct redirect_param *params;
    size_t param_count;
    struct redirect_target target;
    enum status status;
    bool is_forced; /* also where a file has the path */
    unsigned line;
};

struct redirect_rules {
    struct rule_arena arena;
    struct rule_index index;
    struct redirect_rule *rules;
    size_t count, room;
};

/* Compiles the text of a file, and reports mistakes; other lines hold. NULL: no
 * memory. */
struct redirect_rules *redirect_rules_new(struct bytes text,
                                          struct rule_mistakes *mistakes);
void redirect_rules_free(struct redirect_rules *rules);

/* A path and a query, to be found. */
struct redirect_request {
    struct bytes path;  /* decoded, without its leading slash */
    struct bytes query; /* as it was sent, with its '?'; or none */
    char *scratch;      /* for a target while it is compared */
    size_t scratch_size;
};

/* The first rule that matches, and what its placeholders stand for. NULL: there
 * is none. */
const struct redirect_rule *
redirect_rules_find(const struct redirect_rules *rules,
                    const struct redirect_request *request,
                    struct redirect_values *values);

/* The query that goes with the rule's target: the request's, unless the target
 * has one of its own or the rule took parameters out of it. */
struct bytes redirect_query(const struct redirect_rule *rule,
                            struct bytes query);

#endif
