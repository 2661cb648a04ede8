/* Content without a known length, and its chunks. */
#include "http/body_stream.h"

#include <string.h>

#include "suite.h"

/* A source that has so many bytes. */
struct plenty {
    struct body_source source;
    size_t left;
    unsigned closed;
};

static size_t plenty_read(struct body_source *source, char *out, size_t size)
{
    struct plenty *plenty = (struct plenty *)source;
    size_t len = plenty->left < size ? plenty->left : size;

    ck_assert_uint_ge(size, BODY_SOURCE_READ_MAX);
    memset(out, 'e', len);
    plenty->left -= len;
    return len;
}

static void plenty_close(struct body_source *source)
{
    ((struct plenty *)source)->closed++;
}

static struct plenty plenty_of(size_t left)
{
    return (struct plenty){.source = {plenty_read, plenty_close}, .left = left};
}

/* What one look puts into the queue. */
static const struct look {
    size_t left;
    bool is_chunked, is_draining;
    enum protocol_wants wants;
    const char *before, *after;
    size_t content_len;
} looks[] = {
    {0, true, false, PROTOCOL_NEWS, "", "", 0},
    {3, true, false, PROTOCOL_NEWS, "0003\r\n", "\r\n", 3},
    {300, true, false, PROTOCOL_NEWS, "012c\r\n", "\r\n", 300},
    {300, false, false, PROTOCOL_NEWS, "", "", 300},
    {100000, true, false, PROTOCOL_ROOM, "ffe0\r\n", "\r\n",
     BODY_SOURCE_READ_MAX},
    {0, true, true, PROTOCOL_END, "", "0\r\n\r\n", 0},
    {3, true, true, PROTOCOL_END, "0003\r\n", "\r\n0\r\n\r\n", 3},
    {100000, true, true, PROTOCOL_END, "ffe0\r\n", "\r\n0\r\n\r\n",
     BODY_SOURCE_READ_MAX},
    {3, false, true, PROTOCOL_END, "", "", 3},
};

static void check_look(const struct look *look, struct outqueue *out)
{
    size_t before_len = strlen(look->before), after_len = strlen(look->after);
    struct turn turn = {.out = out, .draining = look->is_draining};
    struct plenty plenty = plenty_of(look->left);
    struct body_stream stream = {.source = NULL};
    const char *bytes = out->bytes;

    body_stream_open(&stream, &plenty.source, look->is_chunked);
    ck_assert_int_eq(body_stream_read(&stream, &turn), look->wants);
    ck_assert_uint_eq(outqueue_len(out),
                      before_len + look->content_len + after_len);
    ck_assert_int_eq(memcmp(bytes, look->before, before_len), 0);
    for (size_t i = 0; i < look->content_len; i++)
        ck_assert_int_eq(bytes[before_len + i], 'e');
    ck_assert_int_eq(
        memcmp(bytes + before_len + look->content_len, look->after, after_len),
        0);
    outqueue_clear(out);
    body_stream_close(&stream);
    body_stream_close(&stream);
    ck_assert_uint_eq(plenty.closed, 1);
}

START_TEST(each_look_is_one_chunk)
{
    struct outqueue *out = outqueue_new(TURN_OUT_ITEMS, TURN_OUT_BYTES);

    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
        check_look(&looks[i], out);
    outqueue_free(out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("body_stream");

    suite_add_tests(suite, each_look_is_one_chunk);
    return suite_run(suite);
}
