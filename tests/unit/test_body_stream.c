/* Content without a known length, and its chunks. */
#include "http/body_stream.h"

#include <string.h>

#include "suite.h"

/* A source that has so many bytes. */
struct plenty {
    struct body_source source;
    enum body_next next; /* after them */
    size_t left;
    unsigned closed;
};

static enum body_next plenty_read(struct body_source *source, char *out,
                                  size_t size, size_t *len)
{
    struct plenty *plenty = (struct plenty *)source;

    ck_assert_uint_ge(size, BODY_SOURCE_READ_MAX);
    *len = plenty->left < size ? plenty->left : size;
    memset(out, 'e', *len);
    plenty->left -= *len;
    return plenty->left > 0 ? BODY_GOES_ON : plenty->next;
}

static void plenty_close(struct body_source *source)
{
    ((struct plenty *)source)->closed++;
}

/* What one look puts into the queue. */
static const struct look {
    size_t left;
    bool is_chunked, is_endless, is_draining;
    enum body_next after_all; /* what the source returns */
    enum body_next next;
    const char *before, *after;
    size_t content_len;
} looks[] = {
    /* Events, which never end by themselves. */
    {0, true, true, false, BODY_WAITS, BODY_WAITS, "", "", 0},
    {3, true, true, false, BODY_WAITS, BODY_WAITS, "0003\r\n", "\r\n", 3},
    {300, true, true, false, BODY_WAITS, BODY_WAITS, "012c\r\n", "\r\n", 300},
    {300, false, true, false, BODY_WAITS, BODY_WAITS, "", "", 300},
    {100000, true, true, false, BODY_WAITS, BODY_GOES_ON, "ffe0\r\n", "\r\n",
     BODY_SOURCE_READ_MAX},
    {0, true, true, true, BODY_WAITS, BODY_ENDS, "", "0\r\n\r\n", 0},
    {3, true, true, true, BODY_WAITS, BODY_ENDS, "0003\r\n", "\r\n0\r\n\r\n",
     3},
    {100000, true, true, true, BODY_WAITS, BODY_ENDS, "ffe0\r\n",
     "\r\n0\r\n\r\n", BODY_SOURCE_READ_MAX},
    {3, false, true, true, BODY_WAITS, BODY_ENDS, "", "", 3},
    {3, true, true, true, BODY_FAILS, BODY_FAILS, "0003\r\n", "\r\n", 3},
    /* Content that ends, whether or not the server drains. */
    {0, true, false, false, BODY_GOES_ON, BODY_GOES_ON, "", "", 0},
    {0, true, false, false, BODY_ENDS, BODY_ENDS, "", "0\r\n\r\n", 0},
    {3, true, false, false, BODY_ENDS, BODY_ENDS, "0003\r\n", "\r\n0\r\n\r\n",
     3},
    {3, false, false, false, BODY_ENDS, BODY_ENDS, "", "", 3},
    {0, false, false, false, BODY_ENDS, BODY_ENDS, "", "", 0},
    {3, true, false, true, BODY_GOES_ON, BODY_GOES_ON, "0003\r\n", "\r\n", 3},
    {100000, true, false, true, BODY_ENDS, BODY_GOES_ON, "ffe0\r\n", "\r\n",
     BODY_SOURCE_READ_MAX},
    {BODY_SOURCE_READ_MAX, true, false, false, BODY_ENDS, BODY_ENDS, "ffe0\r\n",
     "\r\n0\r\n\r\n", BODY_SOURCE_READ_MAX},
    /* Without the last chunk, a client knows that it is not complete. */
    {3, true, false, false, BODY_FAILS, BODY_FAILS, "0003\r\n", "\r\n", 3},
    {0, true, false, true, BODY_FAILS, BODY_FAILS, "", "", 0},
};

static void check_look(const struct look *look, struct outqueue *out)
{
    size_t before_len = strlen(look->before), after_len = strlen(look->after);
    struct turn turn = {.out = out, .draining = look->is_draining};
    struct plenty plenty = {.source = {.read = plenty_read,
                                       .close = plenty_close,
                                       .is_endless = look->is_endless},
                            .next = look->after_all,
                            .left = look->left};
    struct body_stream stream = {.source = NULL};
    const char *bytes = out->bytes;

    body_stream_open(&stream, &plenty.source, UINT64_MAX, look->is_chunked);
    ck_assert_int_eq(body_stream_read(&stream, &turn), look->next);
    ck_assert_uint_eq(outqueue_len(out),
                      before_len + look->content_len + after_len);
    ck_assert_uint_eq(stream.queued, outqueue_len(out));
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

/* Its length is in the head, so nothing frames it. */
START_TEST(content_of_a_known_size_ends_with_its_last_byte)
{
    struct outqueue *out = outqueue_new(TURN_OUT_ITEMS, TURN_OUT_BYTES);
    struct turn turn = {.out = out};
    struct plenty plenty = {
        .source = {.read = plenty_read, .close = plenty_close},
        .next = BODY_ENDS,
        .left = BODY_SOURCE_READ_MAX + 3};
    struct body_stream stream = {.source = NULL};

    body_stream_open(&stream, &plenty.source, BODY_SOURCE_READ_MAX + 3, false);
    ck_assert_int_eq(body_stream_read(&stream, &turn), BODY_GOES_ON);
    ck_assert_uint_eq(outqueue_len(out), BODY_SOURCE_READ_MAX);
    outqueue_clear(out);
    ck_assert_int_eq(body_stream_read(&stream, &turn), BODY_ENDS);
    ck_assert_uint_eq(outqueue_len(out), 3);
    body_stream_close(&stream);
    outqueue_free(out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("body_stream");

    suite_add_tests(suite, each_look_is_one_chunk,
                    content_of_a_known_size_ends_with_its_last_byte);
    return suite_run(suite);
}
