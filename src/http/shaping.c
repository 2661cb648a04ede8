#include "http/shaping.h"

#include <assert.h>

__attribute__((noinline)) void shaping_begin(const struct stream *stream,
                                             const struct shape_wish *wish,
                                             size_t head_len,
                                             const struct outqueue *out)
{
    if (stream->shape != NULL)
        shape_begin(stream->shape, wish, outqueue_len(out) - head_len,
                    head_len);
}

/* The target in the first line, "GET /x HTTP/1.1". Empty: the line is not
 * complete, or another. Whether it is valid is judged when the head is. */
static struct bytes target_of(struct bytes in)
{
    static const struct bytes method = {"GET ", 4};
    const char *line_end = memchr(in.at, '\n', in.len), *end;
    struct bytes target = {in.at, 0};

    if (line_end == NULL || in.len < method.len ||
        memcmp(in.at, method.at, method.len) != 0)
        return target;
    target.at += method.len;
    end = memchr(target.at, ' ', (size_t)(line_end - target.at));
    if (end != NULL)
        target.len = (size_t)(end - target.at);
    return target;
}

__attribute__((noinline)) void shaping_read(const struct http_worker *worker,
                                            const struct stream *stream,
                                            const struct turn *turn)
{
    const struct handler *handler = worker->config->handler;
    struct bytes target = target_of((struct bytes){turn->in, turn->in_len});

    assert(stream->shape != NULL);
    stream->shape->recv_max =
        target.len > 0 && handler->recv_max != NULL
            ? handler->recv_max(worker->handler, stream, target)
            : 0;
}
