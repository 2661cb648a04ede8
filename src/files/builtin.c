#include "files/builtin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "files/file_tag.h"

struct embedded {
    const char *name;
    const unsigned char *at;
    size_t len;
};

/* Defines `embedded`, an array that ends with a NULL name. */
#include "wire_files.inc"

static const char folder[] = BUILTIN_FOLDER;
enum { FOLDER_LEN = sizeof(folder) - 1, FILES_MAX = 32 };

_Static_assert(sizeof(embedded) / sizeof(embedded[0]) < FILES_MAX,
               "there is room for all, and for the large one");

struct builtin_file {
    const char *name;
    struct file file;
    char etag[FILE_TAG_SIZE];
    char fields[FILE_FIELDS_MAX];
};

struct builtin {
    struct file folder;
    int large_fd;
    size_t count;
    struct builtin_file files[FILES_MAX];
};

/* They live as long as the worker does. */
static void keep(struct hold *hold)
{
    (void)hold;
}

/* The operator's own table of types need not know what a page is made of. */
static const char *type_of(const char *name)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
    };
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* The same bytes have the same tag, whatever process gives them. */
static void set_etag(struct builtin_file *entry)
{
    struct file *file = &entry->file;
    struct bytes content = {file->body, file->size};

    file_tag_of_content(file->body != NULL ? content : BYTES("large"),
                        entry->etag);
    file->etag = bytes_of(entry->etag);
    file->etag_is_strong = true;
}

static void add(struct builtin *builtin, file_describer *describe,
                const char *name, struct file what)
{
    struct builtin_file *entry = &builtin->files[builtin->count++];
    struct file *file = &entry->file;

    *file = what;
    hold_init(&file->hold, keep);
    entry->name = name;
    file->kind = FILE_REGULAR;
    file->mtime_s = clock_wall().tv_sec;
    file->type = bytes_of(type_of(name));
    set_etag(entry);
    file->fields.at = entry->fields;
    file->fields.len = describe(file, entry->fields, FILE_FIELDS_MAX);
}

/* Zeros without a page behind them. Returns a descriptor or -1. */
static int open_zeros(void)
{
    int fd = memfd_create("large", MFD_CLOEXEC);

    if (fd != -1 && ftruncate(fd, BUILTIN_LARGE_SIZE) == -1) {
        close(fd);
        return -1;
    }
    return fd;
}

struct builtin *builtin_new(file_describer *describe)
{
    struct builtin *builtin = calloc(1, sizeof(*builtin));

    if (builtin == NULL)
        return NULL;
    builtin->large_fd = open_zeros();
    if (builtin->large_fd == -1) {
        free(builtin);
        return NULL;
    }
    builtin->folder.kind = FILE_FOLDER;
    for (size_t i = 0; embedded[i].name != NULL; i++)
        add(builtin, describe, embedded[i].name,
            (struct file){.size = embedded[i].len,
                          .fd = -1,
                          .body = (const char *)embedded[i].at});
    add(builtin, describe, "large",
        (struct file){.size = BUILTIN_LARGE_SIZE, .fd = builtin->large_fd});
    return builtin;
}

void builtin_free(struct builtin *builtin)
{
    if (builtin == NULL)
        return;
    close(builtin->large_fd);
    free(builtin);
}

bool builtin_owns(struct bytes path)
{
    return (path.len >= FOLDER_LEN &&
            memcmp(path.at, folder, FOLDER_LEN) == 0) ||
           (path.len == FOLDER_LEN - 1 &&
            memcmp(path.at, folder, path.len) == 0);
}

const struct file *builtin_find(const struct builtin *builtin,
                                struct bytes path)
{
    struct bytes name;

    if (path.len < FOLDER_LEN)
        return &builtin->folder;
    name = (struct bytes){path.at + FOLDER_LEN, path.len - FOLDER_LEN};
    if (name.len == 0)
        name = BYTES("index.html");
    for (size_t i = 0; i < builtin->count; i++)
        if (bytes_equal(name, bytes_of(builtin->files[i].name)))
            return &builtin->files[i].file;
    return NULL;
}
