#include "files/mime.h"

#include <magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "files/legacy_text.h"
#include "files/utf8.h"

/* Memory that must be free for libmagic, which writes through NULL where an
 * allocation fails. It was seen to take an eighth of the first, without the
 * mapped database, and half of the second. */
enum {
    LOAD_ROOM = 16 * 1024 * 1024,
    ASK_ROOM = 256 * 1024,
};

struct mime_sniffer {
    magic_t cookie;
    pthread_mutex_t lock; /* of cookie */
};

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_text(const char *type)
{
    return begins_with(type, "text/");
}

/* Whether a type that libmagic found is used: data that a browser shows, plays
 * or saves, and never runs. Any other counts as unknown. */
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

/* Whether the kernel would give this process `size` more bytes. */
static bool has_room(size_t size)
{
    void *room = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (room == MAP_FAILED)
        return false;
    munmap(room, size);
    return true;
}

/* Tests for signatures only: none for kinds of text, none inside archives. */
static magic_t open_database(void)
{
    magic_t cookie;

    if (!has_room(LOAD_ROOM))
        return NULL;
    cookie = magic_open(MAGIC_MIME_TYPE |
                        (MAGIC_NO_CHECK_BUILTIN & ~MAGIC_NO_CHECK_TAR));
    if (cookie != NULL && magic_load(cookie, NULL) == -1) {
        magic_close(cookie);
        return NULL;
    }
    return cookie;
}

struct mime_sniffer *mime_sniffer_new(void)
{
    struct mime_sniffer *sniffer = malloc(sizeof(*sniffer));

    if (sniffer == NULL)
        return NULL;
    sniffer->cookie = open_database();
    if (sniffer->cookie == NULL) {
        free(sniffer);
        return NULL;
    }
    pthread_mutex_init(&sniffer->lock, NULL);
    return sniffer;
}

void mime_sniffer_free(struct mime_sniffer *sniffer)
{
    if (sniffer == NULL)
        return;
    pthread_mutex_destroy(&sniffer->lock);
    magic_close(sniffer->cookie);
    free(sniffer);
}

/* Writes the type that libmagic finds for `start`. Returns false, and leaves
 * `out` alone, where it finds none or one that is not used. */
static bool ask_libmagic(struct mime_sniffer *sniffer, struct bytes start,
                         char out[MIME_TYPE_MAX + 1])
{
    const char *type = NULL;
    bool is_known;

    if (start.len > MIME_MAGIC_MAX)
        start.len = MIME_MAGIC_MAX;
    pthread_mutex_lock(&sniffer->lock);
    if (has_room(ASK_ROOM))
        type = magic_buffer(sniffer->cookie, start.at, start.len);
    is_known = type != NULL && is_harmless(type);
    if (is_known) /* the cookie's, until the next call */
        snprintf(out, MIME_TYPE_MAX + 1, "%s", type);
    pthread_mutex_unlock(&sniffer->lock);
    return is_known;
}

static void type_by_content(struct mime_sniffer *sniffer, struct bytes start,
                            char out[MIME_TYPE_MAX + 1])
{
    if (sniffer != NULL && ask_libmagic(sniffer, start, out))
        return;
    snprintf(out, MIME_TYPE_MAX + 1, "%s",
             legacy_text_is(start) ? "text/plain" : "application/octet-stream");
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

    if (type == NULL && !utf8) {
        type_by_content(sniffer, start, out);
        return;
    }
    if (type == NULL)
        type = "text/plain";
    snprintf(out, MIME_TYPE_MAX + 1, "%s%s", type,
             is_text(type) && utf8 ? "; charset=utf-8" : "");
}
