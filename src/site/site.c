#include "site/site.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "site/compress.h"
#include "site/lab.h"
#include "site/representation.h"
#include "site/rules.h"
#include "site/variant.h"

/* A file up to this size is held in memory; a larger one goes by sendfile. On
 * the loopback, sends of memory cost half the CPU of a head's send and a
 * sendfile for 100 KiB, and three quarters for 300 KB; for 1 MB sendfile wins.
 */
enum { HELD_MAX = 262144 };

enum { RULES_LOG_MS = 1000 }; /* between two lines about what rules lead to */

static void site_close(void *handler)
{
    struct site_worker *site = handler;

    variant_end(site);
    squeezer_desk_close(site->desk);
    site_rules_close(&site->rules);
    file_cache_free(site->files);
    builtin_free(site->builtin);
    free(site);
}

static void open_rules(struct site_worker *site)
{
    const struct site_config *config = site->config;

    site->rules.cache = site->files;
    site->rules.options = config->header_options;
    site->rules.option_count = config->header_option_count;
    site->rules.witness = config->rule_witness;
    site->rules_pace.interval_ms = RULES_LOG_MS;
    site_rules_open(&site->rules);
}

static void *site_open(const void *arg)
{
    const struct site_config *config = arg;
    const struct file_cache_config cache_config = {
        .root = config->root,
        .types = config->types,
        .sniffer = config->sniffer,
        .ride = representation_ride,
        .suffixes = variant_suffixes,
        .entries_max = config->cache_entries_max,
        .body_max_bytes = HELD_MAX,
        .bytes_max = config->cache_bytes_max,
        .plain_bytes_max = config->cache_plain_bytes_max,
        .descriptors_max = config->cache_descriptors_max,
    };
    struct site_worker *site = malloc(sizeof(*site));

    if (site == NULL)
        return NULL;
    /* The memory for paths and lines is not touched before it is used. */
    memset(site, 0, offsetof(struct site_worker, path));
    site->config = config;
    site->files = file_cache_new(&cache_config);
    if (config->live != NULL)
        site->builtin = builtin_new(representation_ride);
    if (config->squeezer != NULL)
        site->desk = squeezer_desk_open(config->squeezer);
    if (site->files == NULL ||
        (config->squeezer != NULL && site->desk == NULL) ||
        (config->live != NULL && site->builtin == NULL)) {
        site_close(site);
        return NULL;
    }
    open_rules(site);
    return site;
}

static void site_batch(void *handler)
{
    struct site_worker *site = handler;

    file_cache_batch(site->files);
    site_rules_batch(&site->rules);
}

static int64_t site_waiting(void *handler, int64_t now_ms)
{
    struct site_worker *site = handler;

    variant_end(site);
    compress_collect(site);
    return file_cache_tidy(site->files, now_ms);
}

static void site_respond(void *handler, const struct asking *asking,
                         struct plan *plan)
{
    struct exchange x;

    variant_end(handler);
    exchange_init(&x, handler, asking, plan);
    rules_apply(&x);
}

static bool site_refuse(void *handler, const struct asking *asking,
                        struct plan *plan)
{
    struct exchange x;

    exchange_init(&x, handler, asking, plan);
    return rules_refuse(&x);
}

static uint32_t site_recv_max(void *handler, const struct stream *stream,
                              struct bytes target)
{
    (void)handler;
    return lab_recv_max(stream, target);
}

const struct handler site_handler = {
    .open = site_open,
    .close = site_close,
    .batch = site_batch,
    .waiting = site_waiting,
    .respond = site_respond,
    .refuse = site_refuse,
    .recv_max = site_recv_max,
};
