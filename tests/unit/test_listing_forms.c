/* A listing as HTML and as JSON, from values. */
#include "site/listing_page.h"

#include <stdio.h>

#include "suite.h"

enum { OUT_MAX = LISTING_BEGIN_MAX + 10 * LISTING_ITEM_MAX + LISTING_END_MAX };

static char out[OUT_MAX];

static const struct listing_item items[] = {
    {{"sub folder", 10}, true, 0, 0},
    {{"a&b", 3}, false, 1434, 784111777},
};

static struct listing_page page_of(const char *path)
{
    return (struct listing_page){
        .path = bytes_of(path), .is_sorted = true, .has_parent = true};
}

/* All of it, as text. */
static const char *write_all(const struct listing_form *form,
                             const struct listing_page *page)
{
    char *to = form->begin(out, page);

    ck_assert_int_le(to - out, LISTING_BEGIN_MAX);
    for (size_t i = 0; !page->is_empty && i < 2; i++)
        to = form->item(to, page, &items[i], i == 0);
    to = form->end(to, page);
    *to = '\0';
    return out;
}

static void check_has(const char *text, const char *part, bool has)
{
    ck_assert_msg((strstr(text, part) != NULL) == has, "%s %s in:\n%s", part,
                  has ? "is not" : "is", text);
}

START_TEST(json)
{
    struct listing_page page = page_of("/");

    ck_assert_str_eq(
        write_all(&listing_json, &page),
        "{\"entries\":[\n"
        "{\"name\":\"sub folder\",\"type\":\"folder\",\"size\":null,"
        "\"modified\":\"1970-01-01T00:00:00Z\"},\n"
        "{\"name\":\"a&b\",\"type\":\"file\",\"size\":1434,"
        "\"modified\":\"1994-11-06T08:49:37Z\"}\n]}\n");
    page.is_empty = true;
    ck_assert_str_eq(write_all(&listing_json, &page), "{\"entries\":[\n]}\n");
    page.is_sorted = page.is_empty = false;
    check_has(write_all(&listing_json, &page),
              "{\"sorted\":false,\"entries\":[\n{", true);
}
END_TEST

START_TEST(items_of_the_page)
{
    struct listing_page page = page_of("/a<b/");
    const char *html = write_all(&listing_html, &page);

    check_has(html,
              "<tr><th scope=\"row\"><a href=\"sub%20folder/\">sub folder/</a>"
              "<td><td>1970-01-01 00:00\n"
              "<tr><th scope=\"row\"><a href=\"a%26b\">a&amp;b</a>"
              "<td>1.4 KiB<td>1994-11-06 08:49\n",
              true);
    check_has(html, "<title>/a&lt;b/</title>", true);
    check_has(html, "<html lang=\"en\">", true);
    check_has(html, "<a href=\"../\">..<span", true);
    check_has(html, "class=\"note\"", false);
    page.is_portuguese = true;
    page.has_parent = false;
    html = write_all(&listing_html, &page);
    check_has(html, "<html lang=\"pt-BR\">", true);
    check_has(html, "<td>1,4 KiB<td>", true);
    check_has(html, "href=\"../\"", false);
}
END_TEST

static const struct {
    struct listing_order order;
    const char *name, *size, *time;
} headings[] = {
    {{LISTING_BY_NAME, false},
     " aria-sort=\"ascending\"><a href=\"?sort=name&amp;order=desc\">Name</a>",
     "><a href=\"?sort=size&amp;order=desc\">Size</a>",
     "><a href=\"?sort=time&amp;order=desc\">Modified (UTC)</a>"},
    {{LISTING_BY_NAME, true},
     " aria-sort=\"descending\"><a href=\"?sort=name&amp;order=asc\">Name</a>",
     "><a href=\"?sort=size&amp;order=desc\">Size</a>",
     "><a href=\"?sort=time&amp;order=desc\">Modified (UTC)</a>"},
    {{LISTING_BY_SIZE, true},
     "><a href=\"?sort=name&amp;order=asc\">Name</a>",
     " aria-sort=\"descending\"><a href=\"?sort=size&amp;order=asc\">Size</a>",
     "><a href=\"?sort=time&amp;order=desc\">Modified (UTC)</a>"},
    {{LISTING_BY_TIME, false},
     "><a href=\"?sort=name&amp;order=asc\">Name</a>",
     "><a href=\"?sort=size&amp;order=desc\">Size</a>",
     " aria-sort=\"ascending\"><a href=\"?sort=time&amp;order=desc\">"
     "Modified (UTC)</a>"},
};

START_TEST(headings_sort)
{
    for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
        struct listing_page page = page_of("/");
        char want[1000];

        page.order = headings[i].order;
        snprintf(want, sizeof(want),
                 "<tr><th scope=\"col\"%s<th scope=\"col\"%s<th scope=\"col\"%s"
                 "\n<tbody>",
                 headings[i].name, headings[i].size, headings[i].time);
        check_has(write_all(&listing_html, &page), want, true);
    }
}
END_TEST

START_TEST(what_is_unusual_is_noted)
{
    struct listing_page page = page_of("/");
    const char *html;

    page.is_sorted = false;
    html = write_all(&listing_html, &page);
    check_has(html, "(the most is 10,000)", true);
    check_has(html, "?sort=", false);
    check_has(html, " aria-sort=", false);
    page.is_portuguese = true;
    check_has(write_all(&listing_html, &page), "10.000)", true);
    page = page_of("/");
    page.is_empty = true;
    check_has(write_all(&listing_html, &page), "no files to show", true);
}
END_TEST

/* The worst that a path and a name can be. */
START_TEST(all_fit_into_their_room)
{
    static const struct listing_form *const forms[] = {&listing_html,
                                                       &listing_json};
    char path[LISTING_PATH_MAX], name[NAME_MAX];
    const struct listing_item item = {
        .name = {name, sizeof(name)}, .size = UINT64_MAX, .mtime_s = INT64_MAX};

    memset(path, '"', sizeof(path));
    for (int c = 1; c < 256; c++) {
        memset(name, c, sizeof(name));
        for (size_t i = 0; i < 4; i++) {
            const struct listing_page page = {.path = {path, sizeof(path)},
                                              .is_sorted = i % 2 == 0,
                                              .has_parent = true,
                                              .is_portuguese = true};
            const struct listing_form *form = forms[i / 2];

            ck_assert_int_le(form->begin(out, &page) - out, LISTING_BEGIN_MAX);
            ck_assert_int_le(form->item(out, &page, &item, false) - out,
                             LISTING_ITEM_MAX);
            ck_assert_int_le(form->end(out, &page) - out, LISTING_END_MAX);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listing_forms");

    suite_add_tests(suite, json, items_of_the_page, headings_sort,
                    what_is_unusual_is_noted, all_fit_into_their_room);
    return suite_run(suite);
}
