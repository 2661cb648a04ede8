#include "files/mime.h"

#include <errno.h>
#include <magic.h>
#include <stdio.h>
#include <stdlib.h>

#include "files/utf8.h"

struct mime_sniffer {
    magic_t cookie; /* NULL: not loaded yet */
    bool given_up;  /* there is no database to load */
};

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_text(const char *type)
{
    return begins_with(type, "text/");
}

/* Whether an answer of libmagic is believed: data that a browser shows, plays
 * or saves, and never runs. What is not on this list is no type at all. */
static bool is_harmless(const char *type)
{
    static const char *const trees[] = {"image/", "audio/", "video/", "font/"};
    static const char *const types[] = {
        "application/epub+zip",
        "application/gzip",
        "application/ogg",
        "application/pdf",
        "application/vnd.debian.binary-package",
        "application/vnd.rar",
        "application/vnd.tcpdump.pcap",
        "application/x-7z-compressed",
        "application/x-bzip2",
        "application/x-cpio",
        "application/x-iso9660-image",
        "application/x-lzip",
        "application/x-lzma",
        "application/x-rar",
        "application/x-rpm",
        "application/x-tar",
        "application/x-xz",
        "application/zip",
        "application/zstd",
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    if (strstr(type, "xml") != NULL || strstr(type, "svg") != NULL)
        return false;
    for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
        if (begins_with(type, trees[i]))
            return strlen(type) <= MIME_ESSENCE_MAX;
    return false;
}

struct mime_sniffer *mime_sniffer_new(void)
{
    return calloc(1, sizeof(struct mime_sniffer));
}

void mime_sniffer_free(struct mime_sniffer *sniffer)
{
    if (sniffer == NULL)
        return;
    if (sniffer->cookie != NULL)
        magic_close(sniffer->cookie);
    free(sniffer);
}

/* Want of memory or descriptors passes, so it is tried again for the next file;
 * any other trouble would only cost each file the same 2 ms in vain. */
static bool load_database(struct mime_sniffer *sniffer)
{
    if (sniffer->cookie != NULL || sniffer->given_up)
        return sniffer->cookie != NULL;
    sniffer->cookie = magic_open(MAGIC_MIME_TYPE);
    if (sniffer->cookie == NULL)
        return false;
    if (magic_load(sniffer->cookie, NULL) == -1) {
        int error = magic_errno(sniffer->cookie);

        sniffer->given_up =
            error != ENOMEM && error != EMFILE && error != ENFILE;
        magic_close(sniffer->cookie);
        sniffer->cookie = NULL;
    }
    return sniffer->cookie != NULL;
}

/* What libmagic takes `start` for. NULL: it does not know. */
static const char *ask_libmagic(struct mime_sniffer *sniffer,
                                struct bytes start)
{
    if (start.len > MIME_SNIFF_MAX)
        start.len = MIME_SNIFF_MAX;
    if (start.len == 0 || !load_database(sniffer))
        return NULL;
    return magic_buffer(sniffer->cookie, start.at, start.len);
}

/* Valid until the sniffer is used again. */
static const char *type_by_content(struct mime_sniffer *sniffer,
                                   struct bytes start, bool utf8)
{
    const char *type = ask_libmagic(sniffer, start);

    if (type != NULL && is_harmless(type))
        return type;
    if (utf8 || (type != NULL && is_text(type)))
        return "text/plain";
    return "application/octet-stream";
}

bool mime_needs_bytes(const struct mime_table *table, struct bytes name)
{
    const char *type = mime_table_find(table, name);

    return type == NULL || is_text(type);
}

void mime_type_of(const struct mime_table *table, struct mime_sniffer *sniffer,
                  struct bytes name, struct bytes start, bool whole,
                  char out[MIME_TYPE_MAX + 1])
{
    const char *type = mime_table_find(table, name);
    bool utf8 = (type == NULL || is_text(type)) && utf8_is_text(start, whole);

    if (type == NULL)
        type = type_by_content(sniffer, start, utf8);
    snprintf(out, MIME_TYPE_MAX + 1, "%s%s", type,
             is_text(type) && utf8 ? "; charset=utf-8" : "");
}
