/* Sidecars: which one a request gets, and its fields. */
#include "site/variant.h"

#include "asked_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define CODINGS(list) "Accept-Encoding: " list "\r\n"
#define BROWSER CODINGS("gzip, deflate, br, zstd")

static void set_mtime(struct asked *a, const char *name, time_t s, long ns)
{
    const struct timespec times[2] = {{s, ns}, {s, ns}};

    ck_assert_int_eq(utimensat(a->site.fd, name, times, 0), 0);
}

/* A file of the site, modified at this time. */
static void put_file(struct asked *a, const char *name, const char *text,
                     time_t s, long ns)
{
    site_write(&a->site, name, text);
    set_mtime(a, name, s, ns);
}

static struct asked *asked_with_sidecars(void)
{
    struct asked *a = asked_new();

    put_file(a, "all.js", "plain", 1000, 500);
    put_file(a, "all.js.br", "BR", 1000, 500);
    put_file(a, "all.js.zst", "ZST", 1000, 600);
    put_file(a, "all.js.gz", "GZ", 2000, 0);

    put_file(a, "old.js", "plain", 1000, 500);
    put_file(a, "old.js.br", "BR", 1000, 499);
    put_file(a, "old.js.zst", "ZST", 999, 999);
    put_file(a, "old.js.gz", "GZ", 1000, 0); /* a copy without a fraction */

    put_file(a, "odd.js", "plain", 1000, 500);
    site_folder(&a->site, "odd.js.br");
    site_link(&a->site, "../outside.txt", "odd.js.zst");
    ck_assert_int_eq(mkfifoat(a->site.fd, "odd.js.gz", 0644), 0);

    put_file(a, "dir/index.html", "plain", 1000, 500);
    put_file(a, "dir/index.html.gz", "GZ", 1000, 500);
    return a;
}

static bool plan_has(const struct plan *plan, const char *line)
{
    for (size_t i = 0; i < plan->block_count; i++)
        if (memmem(plan->blocks[i].at, plan->blocks[i].len, line,
                   strlen(line)) != NULL)
            return true;
    return false;
}

static const struct variant_case {
    const char *request;
    unsigned status;
    const char *found;  /* what is sent or judged; "" nothing */
    const char *coding; /* Content-Encoding; "" none */
    bool varies;
} cases[] = {
    {"GET /all.js" IN_1_1 BROWSER, 200, "all.js.br", "br", true},
    {"HEAD /all.js" IN_1_1 BROWSER, 200, "all.js.br", "br", true},
    {"GET /all.js HTTP/1.0\r\n" BROWSER, 200, "all.js.br", "br", true},
    {"GET /all.js" IN_1_1 CODINGS("zstd, gzip"), 200, "all.js.zst", "zstd",
     true},
    {"GET /all.js" IN_1_1 CODINGS("gzip"), 200, "all.js.gz", "gzip", true},
    {"GET /all.js" IN_1_1 CODINGS("br;q=0.5, gzip"), 200, "all.js.gz", "gzip",
     true},
    {"GET /all.js" IN_1_1, 200, "all.js", "", true},
    {"GET /all.js" IN_1_1 CODINGS(""), 200, "all.js", "", true},
    {"GET /all.js" IN_1_1 CODINGS("gzip;q=0"), 200, "all.js", "", true},
    {"GET /all.js" IN_1_1 CODINGS("gzip") CODINGS("br"), 200, "all.js.br", "br",
     true},
    {"GET /all.js" IN_1_1 CODINGS("*;q=0"), 406, "all.js", "", true},

    /* Conditions and ranges are about the coded bytes. */
    {"GET /all.js" IN_1_1 BROWSER "Range: bytes=0-0\r\n", 206, "all.js.br",
     "br", true},
    {"GET /all.js" IN_1_1 BROWSER "Range: bytes=2-\r\n", 416, "all.js.br", "",
     true},
    {"GET /all.js" IN_1_1 "Range: bytes=2-\r\n", 206, "all.js", "", true},
    {"GET /all.js" IN_1_1 BROWSER "If-None-Match: *\r\n", 304, "all.js.br", "",
     true},
    {"GET /all.js" IN_1_1 BROWSER "If-Match: \"x\"\r\n", 412, "all.js.br", "",
     true},

    /* One that is older than its file is not used. */
    {"GET /old.js" IN_1_1 BROWSER, 200, "old.js.gz", "gzip", true},
    {"GET /old.js" IN_1_1 CODINGS("br, zstd"), 200, "old.js", "", true},
    {"GET /old.js" IN_1_1 CODINGS("br, identity;q=0"), 406, "old.js", "", true},

    {"GET /odd.js" IN_1_1 BROWSER, 200, "odd.js", "", true},
    {"GET /dir/" IN_1_1 BROWSER, 200, "dir/index.html.gz", "gzip", true},
    {"GET /file" IN_1_1 BROWSER, 200, "file", "", false},
    {"GET /file" IN_1_1 CODINGS("*;q=0"), 200, "file", "", false},
    {"GET /all.js.br" IN_1_1 BROWSER, 200, "all.js.br", "", false},
    {"GET /nope" IN_1_1 BROWSER, 404, "", "", false},
};

static void check_case(const struct variant_case *c, const struct plan *plan,
                       const char *found)
{
    char line[64];

    ck_assert_msg(plan->status == c->status, "%s: %u", c->request,
                  plan->status);
    ck_assert_msg(strcmp(found, c->found) == 0, "%s: %s", c->request, found);
    snprintf(line, sizeof(line), "Content-Encoding: %s\r\n", c->coding);
    ck_assert_msg(
        plan_has(plan, c->coding[0] != '\0' ? line : "Content-Encoding") ==
            (c->coding[0] != '\0'),
        "%s", c->request);
    ck_assert_msg(plan_has(plan, "Vary: Accept-Encoding\r\n") == c->varies,
                  "%s", c->request);
}

START_TEST(sidecar_is_chosen_by_accept_encoding)
{
    struct asked *a = asked_with_sidecars();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct plan plan;
        char text[500];

        snprintf(text, sizeof(text), "%s\r\n", cases[i].request);
        ask(a, text, &plan);
        check_case(&cases[i], &plan, a->explanation.file);
    }
    asked_free(a);
}
END_TEST

/* The type is the plain file's; all else is the sidecar's own. */
START_TEST(sidecar_is_described_as_its_own_bytes)
{
    struct asked *a = asked_with_sidecars();
    struct plan plain, coded;

    ask(a, "GET /all.js" IN_1_1 "\r\n", &plain);
    ck_assert(plan_has(&plain, "Content-Length: 5\r\n"));
    ask(a, "GET /all.js" IN_1_1 CODINGS("gzip") "\r\n", &coded);
    ck_assert(
        plan_has(&coded, "Content-Type: text/javascript; charset=utf-8\r\n"));
    ck_assert(plan_has(&coded, "Content-Length: 2\r\n"));
    ck_assert(!plan_has(&coded, "Content-Length: 5\r\n"));
    ck_assert(
        plan_has(&coded, "Last-Modified: Thu, 01 Jan 1970 00:33:20 GMT\r\n"));
    ck_assert(bytes_equal(coded.type, BYTES("text/javascript; charset=utf-8")));
    ck_assert(coded.states_length);
    ck_assert_mem_eq(coded.content.at, "GZ", 2);
    asked_free(a);
}
END_TEST

static void ask_for_app(struct asked *a, const char *found)
{
    struct plan plan;

    ask(a, "GET /app.css" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_str_eq(a->explanation.file, found);
}

/* Each change is seen by the next request. */
START_TEST(sidecars_come_and_go)
{
    struct asked *a = asked_new();

    put_file(a, "app.css", "plain", 1000, 0);
    for (int i = 0; i < 3; i++) {
        ask_for_app(a, "app.css");
        put_file(a, "app.css.gz", "GZ", 1000, 0);
        ask_for_app(a, "app.css.gz");
        put_file(a, "app.css.br", "BR", 1000, 0);
        ask_for_app(a, "app.css.br");
        set_mtime(a, "app.css", 1001, 0);
        ask_for_app(a, "app.css");
        set_mtime(a, "app.css.gz", 1001, 0);
        ask_for_app(a, "app.css.gz");
        set_mtime(a, "app.css.br", 1002, 0);
        ask_for_app(a, "app.css.br");
        ck_assert_int_eq(unlinkat(a->site.fd, "app.css.br", 0), 0);
        ask_for_app(a, "app.css.gz");
        ck_assert_int_eq(unlinkat(a->site.fd, "app.css.gz", 0), 0);
        set_mtime(a, "app.css", 1000, 0);
    }
    asked_free(a);
}
END_TEST

/* The cache may drop the file for its sidecar, whose type it gives. */
START_TEST(smallest_cache_has_room_for_both)
{
    struct asked *a = asked_with_sidecars();
    struct plan plan;

    site_handler.close(a->handler);
    a->explained.config.cache_entries_max = 1;
    a->handler = site_handler.open(&a->explained.config);
    for (int i = 0; i < 3; i++) {
        ask(a, "GET /all.js" IN_1_1 BROWSER "\r\n", &plan);
        ck_assert_str_eq(a->explanation.file, "all.js.br");
        ck_assert(plan_has(&plan, "Content-Type: text/javascript"));
        ask(a, "GET /old.js" IN_1_1 CODINGS("br, zstd") "\r\n", &plan);
        ck_assert_str_eq(a->explanation.file, "old.js");
        ck_assert(plan_has(&plan, "Content-Type: text/javascript"));
    }
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("variant");

    suite_add_tests(suite, sidecar_is_chosen_by_accept_encoding,
                    sidecar_is_described_as_its_own_bytes, sidecars_come_and_go,
                    smallest_cache_has_room_for_both);
    return suite_run(suite);
}
