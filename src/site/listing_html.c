#include <assert.h>

#include "base/date.h"
#include "base/put.h"
#include "site/listing_page.h"
#include "site/listing_text.h"

/* The style and the script are in the page, so that it needs no other request.
 * They are the files of www/listing/. */
struct embedded {
    const char *name;
    const unsigned char *at;
    size_t len;
};

#include "listing_files.inc"

_Static_assert(NAME_MAX *(LISTING_LINK_GROWTH + LISTING_HTML_GROWTH) + 256 <=
                   LISTING_ITEM_MAX,
               "any name fits");

enum { DATE_SHOWN_LEN = 16 }; /* "1994-11-06 08:49" */

enum word {
    WORD_LANG,
    WORD_FOLDER,
    WORD_CAPTION,
    WORD_NAME,
    WORD_SIZE,
    WORD_TIME,
    WORD_PARENT,
    WORD_EMPTY,
    WORD_UNSORTED,
    WORD_FILTER,
    WORD_SHOWN,
    WORDS,
};

/* Where a word has "{...}", listing.js replaces it. */
static const char *const words[2][WORDS] = {
    {
        [WORD_LANG] = "en",
        [WORD_FOLDER] = "Folder",
        [WORD_CAPTION] = "Files and folders in",
        [WORD_NAME] = "Name",
        [WORD_SIZE] = "Size",
        [WORD_TIME] = "Modified (UTC)",
        [WORD_PARENT] = "the folder above",
        [WORD_EMPTY] = "This folder has no files to show.",
        [WORD_UNSORTED] = ("Too many files to sort here (the most is 10,000): "
                           "they are in the folder\xE2\x80\x99s own order."),
        [WORD_FILTER] = "Filter by name",
        [WORD_SHOWN] = "{shown} of {all} shown",
    },
    {
        [WORD_LANG] = "pt-BR",
        [WORD_FOLDER] = "Pasta",
        [WORD_CAPTION] = "Arquivos e pastas em",
        [WORD_NAME] = "Nome",
        [WORD_SIZE] = "Tamanho",
        [WORD_TIME] = "Modificado (UTC)",
        [WORD_PARENT] = "a pasta acima",
        [WORD_EMPTY] = "Esta pasta n\xC3\xA3o tem arquivos para mostrar.",
        [WORD_UNSORTED] =
            ("Arquivos demais para ordenar aqui (o m\xC3\xA1ximo "
             "\xC3\xA9 10.000): "
             "eles est\xC3\xA3o na ordem da pr\xC3\xB3pria pasta."),
        [WORD_FILTER] = "Filtrar por nome",
        [WORD_SHOWN] = "{shown} de {all} exibidos",
    },
};

static char *put_word(char *to, const struct listing_page *page, enum word word)
{
    return put_text(to, words[page->is_portuguese][word]);
}

static char *put_file(char *to, const char *name)
{
    const struct embedded *file = embedded;

    while (strcmp(file->name, name) != 0) {
        file++;
        assert(file->name != NULL); /* it is in www/listing/ */
    }
    return put_bytes(to, (struct bytes){(const char *)file->at, file->len});
}

/* The link that sorts by a column: the other way round where it is sorted by
 * that already; else names begin with the first, sizes and times with the
 * largest. */
static char *put_sorting(char *to, const struct listing_page *page,
                         enum listing_key key)
{
    static const char *const names[] = {"name", "size", "time"};
    bool is_current = page->order.key == key;
    bool descends =
        is_current ? !page->order.is_descending : key != LISTING_BY_NAME;

    to = put_text(put_text(to, "<a href=\"?sort="), names[key]);
    return put_text(to, descends ? "&amp;order=desc\">" : "&amp;order=asc\">");
}

static char *put_heading(char *to, const struct listing_page *page,
                         enum listing_key key, enum word word)
{
    bool is_current = page->is_sorted && page->order.key == key;

    to = put_text(to, "<th scope=\"col\"");
    if (is_current)
        to = put_text(to, page->order.is_descending
                              ? " aria-sort=\"descending\">"
                              : " aria-sort=\"ascending\">");
    else
        to = put_char(to, '>');
    if (!page->is_sorted)
        return put_word(to, page, word);
    to = put_word(put_sorting(to, page, key), page, word);
    return put_text(to, "</a>");
}

static char *put_head(char *to, const struct listing_page *page)
{
    to = put_text(to, "<!DOCTYPE html>\n<html lang=\"");
    to = put_word(to, page, WORD_LANG);
    to = put_text(to, "\">\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, "
                      "initial-scale=1\">\n<title>");
    to = listing_put_html(to, page->path);
    to = put_text(to, "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
    to = put_file(to, "listing.css");
    return put_text(to, "</style>\n");
}

static char *put_table(char *to, const struct listing_page *page)
{
    to = put_text(to, "<table>\n<caption>");
    to = put_word(to, page, WORD_CAPTION);
    to = listing_put_html(put_char(to, ' '), page->path);
    to = put_text(to, "</caption>\n<thead><tr>");
    to = put_heading(to, page, LISTING_BY_NAME, WORD_NAME);
    to = put_heading(to, page, LISTING_BY_SIZE, WORD_SIZE);
    to = put_heading(to, page, LISTING_BY_TIME, WORD_TIME);
    to = put_text(to, "\n<tbody>\n");
    if (!page->has_parent)
        return to;
    to = put_text(to, "<tr class=\"up\"><th scope=\"row\"><a href=\"../\">.."
                      "<span class=\"unseen\"> ");
    to = put_word(to, page, WORD_PARENT);
    return put_text(to, "</span></a><td><td>\n");
}

static char *put_note(char *to, const struct listing_page *page, enum word word)
{
    to = put_word(put_text(to, "<p class=\"note\">"), page, word);
    return put_text(to, "</p>\n");
}

static char *begin(char *to, const struct listing_page *page)
{
    assert(page->path.len <= LISTING_PATH_MAX);
    assert(page->is_sorted || !page->is_empty);
    to = put_head(to, page);
    to = put_text(to, "<main>\n<h1><span class=\"unseen\">");
    to = put_word(to, page, WORD_FOLDER);
    to = listing_put_html(put_text(to, " </span>"), page->path);
    to = put_text(to, "</h1>\n");
    if (!page->is_sorted)
        to = put_note(to, page, WORD_UNSORTED);
    if (page->is_empty)
        to = put_note(to, page, WORD_EMPTY);
    return put_table(to, page);
}

static char *put_time(char *to, time_t when)
{
    char text[DATE_UTC_LEN];

    date_format_utc(when, text);
    text[sizeof("1994-11-06") - 1] = ' ';
    return put_bytes(to, (struct bytes){text, DATE_SHOWN_LEN});
}

static char *item(char *to, const struct listing_page *page,
                  const struct listing_item *item, bool is_first)
{
    const char *slash = item->is_folder ? "/" : "";

    (void)is_first;
    to = put_text(to, "<tr><th scope=\"row\"><a href=\"");
    to = put_text(listing_put_link(to, item->name), slash);
    to = put_text(to, "\">");
    to = put_text(listing_put_html(to, item->name), slash);
    to = put_text(to, "</a><td>");
    if (!item->is_folder)
        to = listing_put_size(to, item->size, page->is_portuguese);
    to = put_text(to, "<td>");
    return put_char(put_time(to, item->mtime_s), '\n');
}

static char *end(char *to, const struct listing_page *page)
{
    to = put_text(to, "</table>\n</main>\n<script data-filter=\"");
    to = put_word(to, page, WORD_FILTER);
    to = put_text(to, "\" data-shown=\"");
    to = put_word(to, page, WORD_SHOWN);
    to = put_text(to, "\">");
    to = put_file(to, "listing.js");
    return put_text(to, "</script>\n");
}

const struct listing_form listing_html = {
    .type = {"text/html; charset=utf-8", 24},
    .begin = begin,
    .item = item,
    .end = end,
};
