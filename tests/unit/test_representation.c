#include "site/representation.h"

#include <stdio.h>

#include "http/head.h"

#include "suite.h"

static const char common[] = "Cache-Control: no-cache\r\n"
                             "X-Content-Type-Options: nosniff\r\n"
                             "ETag: \"tag\"\r\n"
                             "Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT\r\n"
                             "Accept-Ranges: bytes\r\n";
static const char whole[] = "Content-Type: text/plain\r\n"
                            "Content-Length: 10\r\n";

static const struct site_config config;
static struct site_worker site = {.config = &config};

static struct file made(bool is_strong)
{
    return (struct file){
        .kind = FILE_REGULAR,
        .size = 10,
        .fd = -1,
        .body = "ABCDEFGHIJ",
        .mtime_s = 784111776,
        .etag_is_strong = is_strong,
    };
}

static size_t ride(struct file *file, char rider[FILE_RIDER_MAX])
{
    const struct file_description description = {BYTES("text/plain"),
                                                 BYTES("\"tag\"")};

    file->rider = rider;
    return representation_ride(file, &description, rider);
}

/* The request of an exchange that has found the file gets this plan. */
static struct plan plan_of(enum verdict (*rule)(struct exchange *),
                           struct file *file, const struct request *request)
{
    const struct asking asking = {.request = request};
    struct plan plan;
    struct exchange x;

    exchange_init(&x, &site, &asking, &plan);
    x.file = file;
    ck_assert_int_eq(rule(&x), VERDICT_DONE);
    return plan;
}

static void check_lines(const struct plan *plan, const char *text)
{
    ck_assert_uint_eq(plan->block_count, 1);
    ck_assert_uint_eq(plan->blocks[0].len, strlen(text));
    ck_assert_mem_eq(plan->blocks[0].at, text, strlen(text));
}

START_TEST(lines_are_rendered_once_for_whole_and_part)
{
    const struct request get = {.method = METHOD_GET, .is_1_1 = true};
    struct file file = made(true);
    char rider[FILE_RIDER_MAX], text[1024];
    struct plan plan;

    ride(&file, rider);
    plan = plan_of(representation_content, &file, &get);
    snprintf(text, sizeof(text), "%s%s", common, whole);
    check_lines(&plan, text);
    ck_assert(plan.states_length);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_int_eq(plan.content.kind, CONTENT_BYTES);
    ck_assert_uint_eq(plan.content.size, 10);
    ck_assert_ptr_eq(plan.content.hold, &file.hold);
}
END_TEST

static struct request with_field(const char *head, enum field_id id)
{
    struct request request = {
        .method = METHOD_GET, .is_1_1 = true, .head = head};

    request_add(&request, id, (struct part){0, (uint16_t)strlen(head)});
    return request;
}

START_TEST(not_modified_and_part_have_the_common_lines)
{
    const struct request same = with_field("\"tag\"", FIELD_IF_NONE_MATCH);
    const struct request part = with_field("bytes=1-2", FIELD_RANGE);
    struct file file = made(true);
    char rider[FILE_RIDER_MAX];
    struct plan plan;

    ride(&file, rider);
    plan = plan_of(representation_condition, &file, &same);
    ck_assert_uint_eq(plan.status, 304);
    ck_assert_int_eq(plan.content.kind, CONTENT_NONE);
    check_lines(&plan, common);
    plan = plan_of(representation_range, &file, &part);
    ck_assert_uint_eq(plan.status, 206);
    ck_assert(!plan.states_length);
    check_lines(&plan, common);
}
END_TEST

START_TEST(unsatisfiable_range_tells_the_size)
{
    const struct request past = with_field("bytes=10-", FIELD_RANGE);
    struct file file = made(true);
    char rider[FILE_RIDER_MAX];
    struct plan plan;

    ride(&file, rider);
    plan = plan_of(representation_range, &file, &past);
    ck_assert_uint_eq(plan.status, 416);
    ck_assert(plan.gives_size);
    ck_assert_uint_eq(plan.range_size, 10);
}
END_TEST

START_TEST(description_is_found_in_the_rider)
{
    for (int is_strong = 0; is_strong <= 1; is_strong++) {
        struct file file = made(is_strong);
        char rider[FILE_RIDER_MAX];

        ride(&file, rider);
        ck_assert(bytes_equal(representation_etag(&file), BYTES("\"tag\"")));
        ck_assert(bytes_equal(representation_type(&file), BYTES("text/plain")));
    }
}
END_TEST

START_TEST(weak_tag_is_marked)
{
    struct file file = made(false);
    char rider[FILE_RIDER_MAX];
    size_t len = ride(&file, rider);

    ck_assert_ptr_nonnull(memmem(rider, len, "ETag: W/\"tag\"\r\n", 15));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("representation");

    suite_add_tests(suite, lines_are_rendered_once_for_whole_and_part,
                    not_modified_and_part_have_the_common_lines,
                    unsatisfiable_range_tells_the_size,
                    description_is_found_in_the_rider, weak_tag_is_marked);
    return suite_run(suite);
}
