/* site.h -- a folder of files, as a handler that rides on HTTP
 *
 * Each worker has a site of its own: a file cache, and room for what is made on
 * the way to a plan. What a request gets is decided by a table of rules
 * (rules.h), one request by one. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include "files/docroot.h"
#include "files/mime.h"
#include "http/body_source.h"
#include "http/handler.h"

/* The argument of `site_handler`, shared by all workers and constant. */
struct site_config {
    const struct docroot *root;
    const struct mime_table *types;
    struct mime_sniffer *sniffer; /* has a lock; NULL: there is none */

    /* Bounds of each worker's file cache; see files/file_cache.h. */
    size_t cache_entries_max;
    size_t cache_bytes_max;
    size_t cache_plain_bytes_max;
    size_t cache_descriptors_max;

    /* What feeds the live page. NULL: it is not there; else a stream's role
     * decides (role.h, live_page.h). */
    struct body_opener *live;
    unsigned live_port; /* where its listener is; 0: no reference leads there */
};

extern const struct handler site_handler;

#endif
