/* Where the bytes of a content are when they are sent. */
#include <stdio.h>

#include "made_plan.h"

/* Small content is next to its head, so that one segment carries both. */
START_TEST(small_content_is_copied_next_to_its_head)
{
    enum { COPIED = 8192 };
    struct outqueue *out = new_queue();
    static char memory[COPIED + 1];

    memset(memory, 'x', sizeof(memory));
    for (size_t len = COPIED; len <= COPIED + 1; len++) {
        const struct plan plan = plan_of(200, COMMON, memory, len);

        ck_assert_uint_eq(write_plan(&plan, renderer(), out), len);
        if (len == COPIED) {
            ck_assert_uint_eq(out->count, 1);
            ck_assert_int_eq(out->items[0].kind, OUT_BYTES);
            ck_assert_uint_eq(made_hold.count, 1);
        } else {
            ck_assert_uint_eq(out->count, 2);
            ck_assert_int_eq(out->items[0].kind, OUT_BYTES);
            ck_assert_int_eq(out->items[1].kind, OUT_VIEW);
            ck_assert_ptr_eq(out->items[1].at, memory);
            ck_assert_uint_eq(out->items[1].left, len);
            ck_assert_uint_eq(made_hold.count, 2);
        }
        outqueue_clear(out);
        ck_assert_uint_eq(made_hold.count, 1);
    }
    outqueue_free(out);
}
END_TEST

START_TEST(file_is_sent_from_its_descriptor)
{
    struct plan plan = plan_of(200, COMMON, NULL, BIG);
    struct outqueue *out = new_queue();

    ck_assert_uint_eq(write_plan(&plan, renderer(), out), BIG);
    ck_assert_uint_eq(out->count, 2);
    ck_assert_int_eq(out->items[1].kind, OUT_FILE);
    ck_assert_int_eq(out->items[1].fd, 77);
    ck_assert_uint_eq(out->items[1].offset, 0);
    ck_assert_uint_eq(out->items[1].left, BIG);
    outqueue_clear(out);

    plan.status = 206;
    plan.parts = (struct range_set){1, {{1000, 1001}}};
    ck_assert_uint_eq(write_plan(&plan, renderer(), out), 1);
    ck_assert_int_eq(out->items[1].kind, OUT_FILE);
    ck_assert_uint_eq(out->items[1].offset, 1000);
    ck_assert_uint_eq(out->items[1].left, 1);
    outqueue_clear(out);

    plan.status = 200;
    plan.parts.count = 0;
    plan.head_only = true;
    ck_assert_uint_eq(write_plan(&plan, renderer(), out), 0);
    ck_assert_uint_eq(out->count, 1);
    outqueue_clear(out);
    ck_assert_uint_eq(made_hold.count, 1);
    outqueue_free(out);
}
END_TEST

/* However long each part's head is, the queue's room is enough. */
START_TEST(largest_multipart_fits_its_room)
{
    struct plan plan = plan_of(206, COMMON, NULL, INT64_MAX);
    struct outqueue *out = new_queue();
    char type[127], length[64];
    uint64_t sum = 0, head_len, len;

    memset(type, 't', sizeof(type));
    plan.type = (struct bytes){type, sizeof(type)};
    plan.parts.count = RANGES_MAX;
    for (size_t i = 0; i < RANGES_MAX; i++)
        plan.parts.parts[i] =
            (struct range){INT64_MAX - 100 - i, INT64_MAX - 99 - i};
    len = write_plan(&plan, renderer(), out);
    ck_assert_uint_eq(out->count, 2 * RANGES_MAX + 1);
    for (size_t i = 0; i < out->count; i++)
        sum += out->items[i].left;
    out->bytes[out->items[0].left] = '\0';
    snprintf(length, sizeof(length), "\r\nContent-Length: %ju\r\n",
             (uintmax_t)len);
    ck_assert_ptr_nonnull(strstr(out->bytes, length));
    head_len = (uint64_t)(strstr(out->bytes, "\r\n\r\n") + 4 - out->bytes);
    ck_assert_uint_eq(head_len + len, sum);
    ck_assert_uint_eq(made_hold.count, 1 + RANGES_MAX);
    outqueue_free(out);
    ck_assert_uint_eq(made_hold.count, 1);
}
END_TEST

START_TEST(empty_file_has_no_content)
{
    const struct plan plan = plan_of(200, COMMON, "", 0);
    struct outqueue *out = new_queue();
    char text[4096];

    ck_assert_uint_eq(write_plan(&plan, renderer(), out), 0);
    gather(out, text, sizeof(text));
    ck_assert_str_eq(text, "HTTP/1.1 200 OK\r\n" DATE COMMON TYPE
                           "Content-Length: 0\r\n" END);
    outqueue_free(out);
}
END_TEST

START_TEST(longest_blocks_fit)
{
    static char lines[PLAN_BLOCKS_LEN_MAX + 1], text[RESPONSE_BYTES_MAX + 1];
    struct outqueue *out = new_queue();
    struct plan plan;

    memset(lines, 'a', sizeof(lines) - 1);
    plan = plan_of(404, lines, "", 0);
    plan_text(&plan);
    ck_assert_uint_eq(write_plan(&plan, renderer(), out), 14);
    ck_assert_uint_gt(gather(out, text, sizeof(text)), sizeof(lines));
    outqueue_free(out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("response_body");

    suite_add_tests(suite, small_content_is_copied_next_to_its_head,
                    file_is_sent_from_its_descriptor,
                    largest_multipart_fits_its_room, empty_file_has_no_content,
                    longest_blocks_fit);
    return suite_run(suite);
}
