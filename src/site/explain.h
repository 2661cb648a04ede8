/* explain.h -- the rules at work, shown: for --why
 *
 * Applies the same table as for any request (rules.h), and notes for each rule
 * its name, the facts that it found, and whether it decided. There is no second
 * implementation that could differ. Never used while serving. */
#ifndef SITE_EXPLAIN_H
#define SITE_EXPLAIN_H

#include "http/handler.h"
#include "site/site.h"

enum {
    EXPLAIN_RULES_MAX = 16,
    EXPLAIN_FACTS_MAX = 512, /* with its NUL; more is cut */
};

struct explained_rule {
    const char *name;
    char facts[EXPLAIN_FACTS_MAX]; /* printable ASCII; "" where it found none */
    bool has_decided;              /* the last one alone */
};

/* How the last request was decided. */
struct explanation {
    struct explained_rule rules[EXPLAIN_RULES_MAX];
    size_t count; /* 0: HTTP refused the request before any rule */
    char file[EXPLAIN_FACTS_MAX]; /* what is sent; "": no file */
};

/* The argument of `site_explainer`. One worker. */
struct site_explained {
    struct site_config config;
    struct explanation *explanation; /* written with each request */
};

/* site_handler, with an explanation of each request. */
extern const struct handler site_explainer;

#endif
