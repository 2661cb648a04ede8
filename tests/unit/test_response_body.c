/* Where the bytes of a body are when they are sent. */
#include <stdio.h>

#include "made_file.h"

/* A small body lies behind its head, so that both leave in one segment. */
START_TEST(small_body_is_copied_next_to_its_head)
{
    enum { COPIED = 8192 };
    struct response response = {.status = 200, .persistence = CONNECTION_KEEP};
    struct outqueue *out = new_queue();
    static char memory[COPIED + 1];
    struct made_file made;

    memset(memory, 'x', sizeof(memory));
    for (size_t len = COPIED; len <= COPIED + 1; len++) {
        make_file(&made, memory, len);
        response.file = &made.file;
        ck_assert_uint_eq(response_write(&response, renderer(), out), len);
        if (len == COPIED) {
            ck_assert_uint_eq(out->count, 1);
            ck_assert_int_eq(out->items[0].kind, OUT_BYTES);
            ck_assert_uint_eq(made.file.hold.count, 1);
        } else {
            ck_assert_uint_eq(out->count, 2);
            ck_assert_int_eq(out->items[0].kind, OUT_BYTES);
            ck_assert_int_eq(out->items[1].kind, OUT_VIEW);
            ck_assert_ptr_eq(out->items[1].at, memory);
            ck_assert_uint_eq(out->items[1].left, len);
            ck_assert_uint_eq(made.file.hold.count, 2);
        }
        outqueue_clear(out);
        ck_assert_uint_eq(made.file.hold.count, 1);
    }
    outqueue_free(out);
}
END_TEST

START_TEST(file_that_is_not_in_memory_is_sent_from_its_descriptor)
{
    struct response response = {.status = 200, .persistence = CONNECTION_KEEP};
    struct outqueue *out = new_queue();
    struct made_file made;

    make_file(&made, NULL, BIG);
    made.file.fd = 77;
    response.file = &made.file;
    ck_assert_uint_eq(response_write(&response, renderer(), out), BIG);
    ck_assert_uint_eq(out->count, 2);
    ck_assert_int_eq(out->items[1].kind, OUT_FILE);
    ck_assert_int_eq(out->items[1].fd, 77);
    ck_assert_uint_eq(out->items[1].offset, 0);
    ck_assert_uint_eq(out->items[1].left, BIG);
    outqueue_clear(out);

    response.status = 206;
    response.ranges = (struct range_set){1, {{1000, 1001}}};
    ck_assert_uint_eq(response_write(&response, renderer(), out), 1);
    ck_assert_int_eq(out->items[1].kind, OUT_FILE);
    ck_assert_uint_eq(out->items[1].offset, 1000);
    ck_assert_uint_eq(out->items[1].left, 1);
    outqueue_clear(out);

    response.status = 200;
    response.head_only = true;
    ck_assert_uint_eq(response_write(&response, renderer(), out), 0);
    ck_assert_uint_eq(out->count, 1);
    outqueue_clear(out);
    ck_assert_uint_eq(made.file.hold.count, 1);
    outqueue_free(out);
}
END_TEST

/* However long each part's head is, the queue's room is enough. */
START_TEST(largest_multipart_fits_its_room)
{
    struct response response = {.status = 206, .persistence = CONNECTION_CLOSE};
    struct outqueue *out = new_queue();
    char type[127], length[64];
    struct made_file made;
    uint64_t sum = 0, head_len, len;

    memset(type, 't', sizeof(type));
    make_file(&made, NULL, 0);
    made.file.fd = 77;
    made.file.size = INT64_MAX;
    made.file.type = (struct bytes){type, sizeof(type)};
    made.file.fields.len =
        response_describe(&made.file, made.fields, FILE_FIELDS_MAX);
    response.file = &made.file;
    response.ranges.count = RANGES_MAX;
    for (size_t i = 0; i < RANGES_MAX; i++)
        response.ranges.parts[i] =
            (struct range){INT64_MAX - 100 - i, INT64_MAX - 99 - i};
    len = response_write(&response, renderer(), out);
    ck_assert_uint_eq(out->count, 2 * RANGES_MAX + 1);
    for (size_t i = 0; i < out->count; i++)
        sum += out->items[i].left;
    out->bytes[out->items[0].left] = '\0';
    snprintf(length, sizeof(length), "\r\nContent-Length: %ju\r\n",
             (uintmax_t)len);
    ck_assert_ptr_nonnull(strstr(out->bytes, length));
    head_len = (uint64_t)(strstr(out->bytes, "\r\n\r\n") + 4 - out->bytes);
    ck_assert_uint_eq(head_len + len, sum);
    ck_assert_uint_eq(made.file.hold.count, 1 + RANGES_MAX);
    outqueue_free(out);
    ck_assert_uint_eq(made.file.hold.count, 1);
}
END_TEST

START_TEST(empty_file_has_no_body)
{
    struct response response = {.status = 200, .persistence = CONNECTION_KEEP};
    struct outqueue *out = new_queue();
    struct made_file made;
    char text[4096];

    make_file(&made, "", 0);
    response.file = &made.file;
    ck_assert_uint_eq(response_write(&response, renderer(), out), 0);
    gather(out, text, sizeof(text));
    ck_assert_str_eq(text, "HTTP/1.1 200 OK\r\n" DATE COMMON TYPE
                           "Content-Length: 0\r\n" END);
    outqueue_free(out);
}
END_TEST

START_TEST(longest_location_fits)
{
    struct response response = {.status = 301, .persistence = CONNECTION_CLOSE};
    struct outqueue *out = new_queue();
    static char location[RESPONSE_LOCATION_MAX], text[RESPONSE_BYTES_MAX + 1];

    memset(location, 'a', sizeof(location));
    response.location = (struct bytes){location, sizeof(location)};
    ck_assert_uint_eq(response_write(&response, renderer(), out), 22);
    ck_assert_uint_gt(gather(out, text, sizeof(text)), sizeof(location));
    outqueue_free(out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("response_body");

    suite_add_tests(suite, small_body_is_copied_next_to_its_head,
                    file_that_is_not_in_memory_is_sent_from_its_descriptor,
                    largest_multipart_fits_its_room, empty_file_has_no_body,
                    longest_location_fits);
    return suite_run(suite);
}
