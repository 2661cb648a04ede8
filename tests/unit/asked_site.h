/* asked_site.h -- a site that is asked, and explains what it plans
 *
 * Each request is read by the parser, planned by the site, and planned once
 * more by the explainer, which must come to the same. */
#ifndef UNIT_ASKED_SITE_H
#define UNIT_ASKED_SITE_H

#include "http/parser.h"
#include "http/plan.h"
#include "site/explain.h"

#include "site.h"

static const struct request_limits limits = {
    .head_max = 16384,
    .target_max = 8192,
    .fields_max = 100,
    .body_max = 65536,
};

struct asked {
    struct site site; /* the folder */
    struct mime_table *types;
    struct site_explained explained; /* its config is the handler's, too */
    struct explanation explanation;
    struct listing_budget listings; /* for tests that set its config */
    void *handler, *explainer;      /* of the same site */
    struct stream stream;
    struct request_parser *parser;
};

/* With a small site of files, folders and links. Options of its config may be
 * set later. */
static inline struct asked *asked_new(void)
{
    struct asked *a = calloc(1, sizeof(*a));

    ck_assert_ptr_nonnull(a);
    site_init(&a->site);
    site_write(&a->site, "file", "0123456789");
    site_write(&a->site, "index.html", "index");
    site_write(&a->site, "a b", "space");
    site_write(&a->site, ".secret", "hidden");
    site_folder(&a->site, "dir");
    site_folder(&a->site, "dir/sub");
    site_folder(&a->site, "odd");
    site_folder(&a->site, "odd/index.html");
    site_write(&a->site, "dir/index.html", "dir");
    site_link(&a->site, "../outside.txt", "leak");
    site_link(&a->site, "loop", "loop");
    ck_assert_int_eq(mkfifoat(a->site.fd, "fifo", 0644), 0);
    site_settle(&a->site, "file");
    a->types = mime_table_new();
    a->explained.config = (struct site_config){
        .root = &a->site.root,
        .types = a->types,
        .cache_entries_max = 100,
        .cache_bytes_max = 1000000,
        .cache_plain_bytes_max = 100000,
        .cache_descriptors_max = 10,
    };
    a->explained.explanation = &a->explanation;
    a->handler = site_handler.open(&a->explained.config);
    a->explainer = site_explainer.open(&a->explained);
    a->parser = request_parser_new(&limits);
    ck_assert(a->handler && a->explainer && a->parser);
    return a;
}

static inline void asked_free(struct asked *a)
{
    site_handler.close(a->handler);
    site_explainer.close(a->explainer);
    request_parser_free(a->parser);
    mime_table_free(a->types);
    site_fini(&a->site);
    free(a);
}

/* The explainer plans the same, and its last rule has decided. */
static inline void check_explained(struct asked *a, const struct asking *asking,
                                   const struct plan *plan)
{
    const struct explanation *e = &a->explanation;
    struct plan explained;

    site_explainer.batch(a->explainer);
    site_explainer.respond(a->explainer, asking, &explained);
    if (plan_is_streamed(&explained))
        explained.content.source->close(explained.content.source);
    ck_assert_uint_eq(explained.status, plan->status);
    ck_assert_str_eq(explained.why, plan->why);
    ck_assert_int_eq(explained.persistence, plan->persistence);
    ck_assert_uint_gt(e->count, 0);
    for (size_t i = 0; i < e->count; i++)
        ck_assert_int_eq(e->rules[i].has_decided, i == e->count - 1);
    /* A file is sent, or was judged. */
    ck_assert_int_eq(e->file[0] != '\0',
                     plan->status == 206 || plan->status == 304 ||
                         plan->status == 406 || plan->status == 412 ||
                         plan->status == 416 || plan->states_length ||
                         (plan->status == 200 && plan->content.hold != NULL));
}

/* Plans the response to `text`, which must outlive the plan, without the
 * explainer. Returns what was asked. */
static inline struct asking ask_alone(struct asked *a, const char *text,
                                      struct plan *plan)
{
    struct asking asking = {.stream = &a->stream, .now = 4000000000};
    size_t used;

    request_parser_reset(a->parser);
    ck_assert_msg(
        request_parse(a->parser, text, strlen(text), &used) == PARSE_DONE,
        "'%s' is no request: %u", text, request_parser_refusal(a->parser));
    asking.request = request_parser_request(a->parser);
    memset(plan, 0x55, sizeof(*plan)); /* of what was planned before */
    site_handler.batch(a->handler);
    site_handler.respond(a->handler, &asking, plan);
    return asking;
}

/* Plans the response to `text`, which must outlive the plan. */
static inline void ask(struct asked *a, const char *text, struct plan *plan)
{
    const struct asking asking = ask_alone(a, text, plan);

    check_explained(a, &asking, plan);
}

#endif
