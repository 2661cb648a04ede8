#include "site/builtin.h"

#include <assert.h>
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

/* Defines `embedded`, an array that ends with a NULL name; a file's sidecar
 * comes next after it. */
#include "wire_files.inc"

static const char folder[] = BUILTIN_FOLDER;
enum {
    FOLDER_LEN = sizeof(folder) - 1,
    FILES = sizeof(embedded) / sizeof(embedded[0]), /* all, and the large one */
};

struct builtin_file {
    const char *name;
    struct file file;
    char rider[FILE_RIDER_MAX];
};

struct builtin {
    file_rider *ride;
    struct file folder;
    int large_fd;
    struct builtin_file files[FILES];
};

/* These files live as long as the worker. */
static void keep(struct hold *hold)
{
    (void)hold;
}

/* An operator's table of types need not have these. */
static const char *type_of(const char *name)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".gz", "application/gzip"},
    };
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* Equal bytes have equal tags, whichever process sends them. */
static void tag(const struct file *file, char etag[FILE_TAG_SIZE])
{
    struct bytes content = {file->body, file->size};

    file_tag_of_content(file->body != NULL ? content : BYTES("large"), etag);
}

/* The file, with its rider. That is made when the file is first asked for, so
 * that a page that nobody opens takes no memory. */
static const struct file *described(const struct builtin *builtin,
                                    struct builtin_file *entry)
{
    struct file_description description;
    struct file *file = &entry->file;
    char etag[FILE_TAG_SIZE];

    if (file->rider == NULL) {
        tag(file, etag);
        description.etag = bytes_of(etag);
        description.type = bytes_of(type_of(entry->name));
        builtin->ride(file, &description, entry->rider);
        file->rider = entry->rider;
    }
    return file;
}

static void init(struct builtin_file *entry, const char *name, struct file what)
{
    struct file *file = &entry->file;

    *file = what;
    hold_init(&file->hold, keep);
    entry->name = name;
    file->kind = FILE_REGULAR;
    file->mtime_s = clock_wall().tv_sec;
    file->etag_is_strong = true;
}

/* Zeros that take no page of memory. Returns a descriptor or -1. */
static int open_zeros(void)
{
    int fd = memfd_create("large", MFD_CLOEXEC);

    if (fd != -1 && ftruncate(fd, BUILTIN_LARGE_SIZE) == -1) {
        close(fd);
        return -1;
    }
    return fd;
}

struct builtin *builtin_new(file_rider *ride)
{
    struct builtin *builtin = calloc(1, sizeof(*builtin));

    if (builtin == NULL)
        return NULL;
    builtin->large_fd = open_zeros();
    if (builtin->large_fd == -1) {
        free(builtin);
        return NULL;
    }
    builtin->ride = ride;
    builtin->folder.kind = FILE_FOLDER;
    for (size_t i = 0; i < FILES - 1; i++)
        init(&builtin->files[i], embedded[i].name,
             (struct file){.size = embedded[i].len,
                           .fd = -1,
                           .body = (const char *)embedded[i].at});
    init(&builtin->files[FILES - 1], "large",
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
    return (path.len >= FOLDER_LEN && path.at[0] == folder[0] &&
            memcmp(path.at, folder, FOLDER_LEN) == 0) ||
           (path.len == FOLDER_LEN - 1 &&
            memcmp(path.at, folder, path.len) == 0);
}

const struct file *builtin_find(struct builtin *builtin, struct bytes path)
{
    struct bytes name;

    assert(builtin_owns(path));
    if (path.len < FOLDER_LEN)
        return &builtin->folder;
    name = (struct bytes){path.at + FOLDER_LEN, path.len - FOLDER_LEN};
    if (name.len == 0)
        name = BYTES("index.html");
    for (size_t i = 0; i < FILES; i++)
        if (bytes_equal(name, bytes_of(builtin->files[i].name)))
            return described(builtin, &builtin->files[i]);
    return NULL;
}

/* Whether it is "NAME.gz". */
static bool is_sidecar(const char *name, const char *of)
{
    size_t len = strlen(of);

    return strncmp(name, of, len) == 0 && strcmp(name + len, ".gz") == 0;
}

const struct file *builtin_sidecar(struct builtin *builtin,
                                   const struct file *file)
{
    struct builtin_file *files = builtin->files;

    for (size_t i = 0; i + 1 < FILES; i++)
        if (file == &files[i].file &&
            is_sidecar(files[i + 1].name, files[i].name))
            return described(builtin, &files[i + 1]);
    return NULL;
}
