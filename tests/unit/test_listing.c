/* Folders without an index.html. */
#include "site/listing.h"

#include "asked_site.h"
#include "site/listing_entries.h"
#include "suite.h"

/* A site whose folders are listed. */
static struct asked *asked_with_listings(void)
{
    struct asked *a = asked_new();

    listing_budget_init(&a->listings, 2);
    a->explained.config.listings = &a->listings;
    site_write(&a->site, "dir/sub/one", "1");
    site_write(&a->site, "dir/sub/two\nlines", "22");
    site_write(&a->site, "dir/sub/.hidden", "333");
    site_write(&a->site, "dir/sub/_headers", "333");
    site_link(&a->site, "../../../outside.txt", "dir/sub/leak");
    site_link(&a->site, "nowhere", "dir/sub/dangling");
    site_link(&a->site, "../../dir", "dir/sub/linked");
    ck_assert_int_eq(mkfifoat(a->site.fd, "dir/sub/fifo", 0644), 0);
    return a;
}

static void asked_end(struct asked *a)
{
    ck_assert_uint_eq(atomic_load(&a->listings.open), 0);
    ck_assert_uint_eq(atomic_load(&a->listings.bytes), 0);
    asked_free(a);
}

static void close_source(const struct plan *plan)
{
    plan->content.source->close(plan->content.source);
}

/* Reads the content to its end. Returns how many reads that took; 0: it failed.
 */
static unsigned read_all(const struct plan *plan, char *out, size_t size)
{
    struct body_source *source = plan->content.source;
    static char piece[BODY_SOURCE_READ_MAX];
    enum body_next next = BODY_GOES_ON;
    size_t at = 0;
    unsigned reads = 0;

    while (next == BODY_GOES_ON) {
        size_t len = 0;

        next = source->read(source, piece, sizeof(piece), &len);
        ck_assert_uint_lt(at + len, size);
        memcpy(out + at, piece, len);
        at += len;
        reads++;
    }
    out[at] = '\0';
    source->close(source);
    return next == BODY_ENDS ? reads : 0;
}

static char text[4 << 20];

#define GET(target) "GET " target " HTTP/1.1\r\nHost: a\r\n"
#define AS_JSON "Accept: application/json\r\n\r\n"

START_TEST(folder_is_listed)
{
    struct asked *a = asked_with_listings();
    struct plan plan;

    ask(a, GET("/dir/sub/") AS_JSON, &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_int_eq(plan.content.kind, CONTENT_SOURCE);
    ck_assert(bytes_equal(plan.type, BYTES("application/json")));
    ck_assert_uint_ne(read_all(&plan, text, sizeof(text)), 0);
    ck_assert_ptr_eq(strstr(text,
                            "{\"entries\":[\n{\"name\":\"linked\",\"type\":"
                            "\"folder\","),
                     text);
    ck_assert_ptr_nonnull(
        strstr(text, "{\"name\":\"one\",\"type\":\"file\",\"size\":1,"));
    ck_assert_ptr_nonnull(strstr(text, "\"two\\nlines\""));
    ck_assert_ptr_nonnull(strstr(text, "\"_headers\"")); /* not the root's */
    ck_assert_ptr_null(strstr(text, "hidden"));
    ck_assert_ptr_null(strstr(text, "leak"));
    ck_assert_ptr_null(strstr(text, "dangling"));
    ck_assert_ptr_null(strstr(text, "fifo"));
    asked_end(a);
}
END_TEST

/* Paths, and what they get: 0, a listing; else another status. */
static const struct {
    const char *request;
    unsigned status;
} requests[] = {
    {GET("/dir/sub/") "\r\n", 0},
    {GET("/dir/sub/?sort=size") "\r\n", 0},
    {GET("/dir/sub/") "Range: bytes=0-1\r\nIf-None-Match: *\r\n\r\n", 0},
    {"GET /dir/sub/ HTTP/1.0\r\n\r\n", 0},
    {GET("/leaf/") "\r\n", 0},
    {GET("/dir/sub") "\r\n", 301},
    {GET("/dir/") "\r\n", 200}, /* its index.html */
    {GET("/") "\r\n", 200},
    {GET("/odd/") "\r\n", 404}, /* its index.html is a folder */
    {GET("/none/") "\r\n", 404},
    {GET("/file/") "\r\n", 404},
    {GET("/dir/sub/leak/") "\r\n", 404},
    {GET("/dir/sub/fifo/") "\r\n", 404},
    {GET("/locked/") "\r\n", 403},
    {"POST /dir/sub/ HTTP/1.1\r\nHost: a\r\n\r\n", 405},
    {"OPTIONS /dir/sub/ HTTP/1.1\r\nHost: a\r\n\r\n", 204},
};

START_TEST(other_paths_get_what_they_got)
{
    struct asked *a = asked_with_listings();
    struct plan plan;

    site_folder(&a->site, "leaf");
    site_folder(&a->site, "locked");
    ck_assert_int_eq(fchmodat(a->site.fd, "locked", 0311, 0), 0);
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        unsigned want = requests[i].status;

        if (want == 403 && !site_become_nobody())
            continue;
        ask(a, requests[i].request, &plan);
        if (want == 403)
            site_become_yourself();
        ck_assert_msg(plan.status == (want == 0 ? 200 : want) &&
                          (plan.content.kind == CONTENT_SOURCE) == (want == 0),
                      "%s: %u", requests[i].request, plan.status);
        if (want == 0)
            close_source(&plan);
    }
    a->explained.config.listings = NULL;
    ask(a, GET("/dir/sub/") "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert_int_eq(fchmodat(a->site.fd, "locked", 0755, 0), 0);
    asked_end(a);
}
END_TEST

START_TEST(head_has_the_fields_alone)
{
    struct asked *a = asked_with_listings();
    struct plan plan;

    ask(a, "HEAD /dir/sub/ HTTP/1.1\r\nHost: a\r\nAccept-Language: pt\r\n\r\n",
        &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert(plan.head_only && plan.content.source == NULL);
    ck_assert(plan.content.is_chunked);
    ck_assert_uint_eq(plan.block_count, 2);
    ck_assert(bytes_equal(plan.blocks[0], BYTES(HEADER_DEFAULTS)));
    ck_assert(bytes_equal(plan.blocks[1],
                          BYTES("Vary: Accept, Accept-Language\r\n")));
    ck_assert_str_eq(a->explanation.rules[a->explanation.count - 1].facts,
                     "its listing by name, in Portuguese, by --listing");
    asked_end(a);
}
END_TEST

/* What the site's root has for the host is not listed. */
START_TEST(rules_of_the_site_are_left_out_at_its_root)
{
    struct asked *a = asked_with_listings();
    struct plan plan;

    ck_assert_int_eq(unlinkat(a->site.fd, "index.html", 0), 0);
    site_write(&a->site, "_headers", "");
    site_write(&a->site, "_redirects", "");
    ask(a, GET("/") "\r\n", &plan);
    ck_assert_uint_ne(read_all(&plan, text, sizeof(text)), 0);
    ck_assert_ptr_nonnull(strstr(text, "<a href=\"file\">file</a>"));
    ck_assert_ptr_null(strstr(text, "_headers"));
    ck_assert_ptr_null(strstr(text, "_redirects"));
    ck_assert_ptr_null(strstr(text, "href=\"../\""));
    asked_end(a);
}
END_TEST

/* Past the bound: 503, and a connection that ends. */
START_TEST(one_listing_too_many)
{
    struct asked *a = asked_with_listings();
    struct plan plans[3];

    a->listings.open_max = 2;
    /* The explainer asks once more, for one of its own. */
    ask(a, GET("/dir/sub/") "\r\n", &plans[0]);
    a->listings.open_max = 1;
    ask_alone(a, GET("/dir/sub/") "\r\n", &plans[1]);
    ck_assert_uint_eq(plans[1].status, 503);
    ck_assert_str_eq(plans[1].why, "too many folders are being listed");
    ck_assert_int_eq(plans[1].persistence, CONNECTION_CLOSE);
    close_source(&plans[0]);
    ask_alone(a, GET("/dir/sub/") "\r\n", &plans[2]);
    ck_assert_uint_eq(plans[2].status, 200);
    close_source(&plans[2]);
    asked_end(a);
}
END_TEST

static const struct {
    const char *query;
    enum listing_key key;
    bool is_descending;
} queries[] = {
    {"", LISTING_BY_NAME, false},
    {"?", LISTING_BY_NAME, false},
    {"?sort=name", LISTING_BY_NAME, false},
    {"?sort=size", LISTING_BY_SIZE, false},
    {"?sort=time&order=desc", LISTING_BY_TIME, true},
    {"?order=desc", LISTING_BY_NAME, true},
    {"?order=desc&sort=size&order=asc", LISTING_BY_SIZE, true},
    {"?x&&sort=size&", LISTING_BY_SIZE, false},
    {"?sort=size;order=desc", LISTING_BY_NAME, false},
    {"?xsort=size&sort", LISTING_BY_NAME, false},
    {"?sort=&sort=size", LISTING_BY_NAME, false},
    {"?SORT=size&order=DESC", LISTING_BY_NAME, false},
    {"?sort=sizes", LISTING_BY_NAME, false},
    {"?sort==size", LISTING_BY_NAME, false},
};

START_TEST(query_is_the_order)
{
    const struct request request = {.head = "GET / HTTP/1.1\r\n\r\n",
                                    .head_len = 18};

    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        struct listing_wish wish =
            listing_wish_of(&request, bytes_of(queries[i].query));

        ck_assert_msg(wish.order.key == queries[i].key &&
                          wish.order.is_descending == queries[i].is_descending,
                      "%s", queries[i].query);
        ck_assert(wish.form == &listing_html && !wish.is_portuguese);
    }
}
END_TEST

enum { TOO_MANY = LISTING_SORTED_MAX + 500 };

static void make_many(struct asked *a, unsigned from, unsigned to)
{
    char path[40];

    for (unsigned i = from; i < to; i++) {
        snprintf(path, sizeof(path), "dir/sub/f%u", i);
        site_write(&a->site, path, "");
    }
}

/* How often each file of make_many is in the text. */
static void count_many(unsigned counts[TOO_MANY])
{
    memset(counts, 0, TOO_MANY * sizeof(counts[0]));
    for (const char *at = text; (at = strstr(at, "\"name\":\"f")) != NULL; at++)
        if (strncmp(at, "\"name\":\"fifo", 12) != 0)
            counts[atoi(at + 9)]++;
}

/* Up to LISTING_SORTED_MAX they are sorted, in many reads; beyond that none is,
 * and each is there once all the same. */
START_TEST(large_folder)
{
    static unsigned counts[TOO_MANY];
    struct asked *a = asked_with_listings();
    const unsigned sorted = LISTING_SORTED_MAX - 4; /* there are 4 already */
    struct plan plan;

    make_many(a, 0, sorted);
    ask_alone(a, GET("/dir/sub/") AS_JSON, &plan);
    ck_assert_uint_gt(read_all(&plan, text, sizeof(text)),
                      2 * LISTING_SORTED_MAX / LISTING_STEPS_MAX);
    ck_assert_ptr_null(strstr(text, "\"sorted\":false"));
    ck_assert(strstr(text, "\"f9\"") < strstr(text, "\"f10\""));
    count_many(counts);
    for (unsigned i = 0; i < sorted; i++)
        ck_assert_uint_eq(counts[i], 1);

    make_many(a, sorted, TOO_MANY);
    ask_alone(a, GET("/dir/sub/?sort=size") AS_JSON, &plan);
    ck_assert_uint_ne(read_all(&plan, text, sizeof(text)), 0);
    ck_assert_ptr_nonnull(strstr(text, "\"sorted\":false"));
    count_many(counts);
    for (unsigned i = 0; i < TOO_MANY; i++)
        ck_assert_uint_eq(counts[i], 1);
    ck_assert_ptr_nonnull(strstr(text, "\"one\""));
    asked_end(a);
}
END_TEST

/* Whatever happens meanwhile, a name that stays is there once. */
START_TEST(folder_that_changes)
{
    enum { FILES = 3000 };
    static unsigned counts[TOO_MANY];
    struct asked *a = asked_with_listings();
    struct body_source *source;
    enum body_next next = BODY_GOES_ON;
    size_t at = 0, len;
    struct plan plan;
    char path[40];

    make_many(a, 0, FILES);
    ask_alone(a, GET("/dir/sub/") AS_JSON, &plan);
    source = plan.content.source;
    for (unsigned i = 0; next == BODY_GOES_ON; i++, at += len) {
        next = source->read(source, text + at, BODY_SOURCE_READ_MAX, &len);
        make_many(a, FILES + i, FILES + i + 1);
        snprintf(path, sizeof(path), "dir/sub/f%u", 2 * i);
        unlinkat(a->site.fd, path, 0);
        ck_assert_uint_lt(i, FILES / 2);
    }
    ck_assert_int_eq(next, BODY_ENDS);
    text[at] = '\0';
    source->close(source);
    count_many(counts);
    for (unsigned i = 1; i < FILES; i += 2)
        ck_assert_uint_eq(counts[i], 1);
    asked_end(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listing");

    suite_add_tests(suite, folder_is_listed, other_paths_get_what_they_got,
                    head_has_the_fields_alone,
                    rules_of_the_site_are_left_out_at_its_root,
                    one_listing_too_many, query_is_the_order, large_folder,
                    folder_that_changes);
    return suite_run(suite);
}
