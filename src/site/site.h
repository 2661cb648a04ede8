/* site.h -- a folder of files, as a handler that rides on HTTP
 *
 * Each worker has a site of its own: a file cache, and room for paths and lines
 * while a response is planned. A table of rules (rules.h) decides how each
 * request is responded to. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include <stdatomic.h>

#include "files/docroot.h"
#include "files/mime.h"
#include "files/squeezer.h"
#include "http/body_source.h"
#include "http/handler.h"
#include "site/base_path.h"
#include "site/listing_budget.h"

/* The argument of `site_handler`, shared by all workers and constant but for
 * what `listings`, `rule_witness` and `has_named_policy` point to, and for what
 * the threads behind `sniffer`, `squeezer`, `live` and `reload` share. */
struct site_config {
    const struct docroot *root;
    const struct mime_table *types;
    struct mime_sniffer *sniffer; /* has a lock; NULL: there is none */

    /* Bounds of each worker's file cache; see files/file_cache.h. */
    size_t cache_entries_max;
    size_t cache_bytes_max;
    size_t cache_plain_bytes_max;
    size_t cache_descriptors_max;

    const struct base_path *base;               /* NULL: the site is at / */
    const struct header_option *header_options; /* site_rules.h */
    size_t header_option_count;
    bool has_cors;                     /* a preflight gets what it asks for */
    struct rule_witness *rule_witness; /* what was logged; NULL: all is */
    bool has_clean_urls;               /* /about is about.html; clean_url.h */
    bool is_spa; /* a navigation that names no file gets index.html; spa.h */

    /* Opens the events of --live. NULL: without it (live_reload.h). */
    struct body_opener *reload;
    atomic_bool *has_named_policy; /* shared: the reason why a page does not
                                      reload was logged (live_script.h) */

    /* Of all workers. NULL: folders are not listed; listing.h */
    struct listing_budget *listings;

    /* The codings that files are compressed with, bit 1 << coding (compress.h).
     * 0: none. And who does it; NULL: nobody, and it is only explained. */
    unsigned compress;
    struct squeezer *squeezer;

    /* Opens the events of the live page. NULL: there is no live page; else the
     * stream's role decides (role.h, live_page.h). */
    struct body_opener *live;
    unsigned live_port; /* of its own listener; 0: nothing redirects there */
};

extern const struct handler site_handler;

#endif
