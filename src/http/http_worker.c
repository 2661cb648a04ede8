#include "http/http_worker.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* A file up to this size is held in memory; a larger one goes by sendfile. On
 * the loopback, sends of memory cost half the CPU of a head's send and a
 * sendfile for 100 KiB, and three quarters for 300 KB; for 1 MB sendfile wins.
 */
enum { CACHED_BODY_MAX = 262144 };

enum { LOG_INTERVAL_MS = 5000 };

void http_worker_close(void *context)
{
    struct http_worker *worker = context;

    if (worker == NULL)
        return;
    request_parser_free(worker->spare);
    file_cache_free(worker->files);
    builtin_free(worker->builtin);
    free(worker);
}

void *http_worker_open(void *arg, struct observer *observer)
{
    const struct http_config *config = arg;
    struct file_cache_config cache_config = {
        .root = config->root,
        .types = config->types,
        .sniffer = config->sniffer,
        .describe = response_describe,
        .entries_max = config->cache_entries_max,
        .body_max_bytes = CACHED_BODY_MAX,
        .bytes_max = config->cache_bytes_max,
        .plain_bytes_max = config->cache_plain_bytes_max,
        .descriptors_max = config->cache_descriptors_max,
    };
    struct http_worker *worker = malloc(sizeof(*worker));

    if (worker == NULL)
        return NULL;
    /* Its scratch memory is not touched before it is needed. */
    memset(worker, 0, offsetof(struct http_worker, path));
    worker->config = config;
    worker->pace.interval_ms = LOG_INTERVAL_MS;
    worker->files = file_cache_new(&cache_config);
    worker->spare = request_parser_new(&config->limits);
    if (observer != NULL && observer->answered != NULL)
        worker->observer = observer;
    if (config->events != NULL)
        worker->builtin = builtin_new(response_describe);
    response_renderer_init(&worker->renderer);
    if (worker->files == NULL || worker->spare == NULL ||
        (config->events != NULL && worker->builtin == NULL)) {
        http_worker_close(worker);
        return NULL;
    }
    return worker;
}

int64_t http_worker_waiting(void *context, int64_t now_ms)
{
    struct http_worker *worker = context;

    return file_cache_tidy(worker->files, now_ms);
}

void http_worker_batch(void *context)
{
    struct http_worker *worker = context;

    file_cache_batch(worker->files);
}

struct request_parser *http_worker_take_parser(struct http_worker *worker)
{
    struct request_parser *parser = worker->spare;

    worker->spare = NULL;
    if (parser == NULL)
        parser = request_parser_new(&worker->config->limits);
    if (parser == NULL)
        log_error_paced(&worker->pace, "a request was refused: no memory");
    return parser;
}

void http_worker_give_parser(struct http_worker *worker,
                             struct request_parser *parser)
{
    request_parser_reset(parser);
    if (worker->spare == NULL)
        worker->spare = parser;
    else
        request_parser_free(parser);
}

void http_worker_explain(struct http_worker *worker, const char *began_with)
{
    if (worker->explained_s == worker->renderer.date_s)
        return;
    worker->explained_s = worker->renderer.date_s;
    log_info("a peer began with %s; this server speaks HTTP/1.1, without TLS: "
             "use http://, not https://",
             began_with);
}
