#include "files/scanner.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files/file_version.h"
#include "files/folder_walk.h"

enum { TABLE_MIN = 1024 };

/* One file or folder. */
struct seen {
    uint64_t path;    /* its hash, never 0; 0: an empty place */
    uint64_t version; /* likewise; 0: it is gone */
    uint32_t pass;    /* that saw it last */
};

struct scanner {
    struct folder_visitor visitor; /* first: the two share their address */
    const char *folder;
    struct seen *table; /* open addressing */
    size_t size, count; /* of places, a power of two; of those taken */
    uint32_t pass;
    uint64_t rest, rest_before; /* the sum of all versions without a place */
    struct changes *changes;    /* of this pass; or NULL */
    int64_t now_ms;
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t not_zero(uint64_t hash)
{
    return hash == 0 ? 1 : hash;
}

/* These are the author's own files: nobody gains by a collision. */
static uint64_t hash_of(const char *path)
{
    uint64_t hash = 1;

    for (; *path != '\0'; path++)
        hash = mix(hash, (unsigned char)*path);
    return not_zero(hash);
}

/* Of a folder only that it exists: its times change with what is in it. */
static uint64_t version_of(const struct stat *status)
{
    const struct file_version version = file_version_of(status);
    uint64_t hash = mix(version.inode, (uint64_t)version.size);

    if (S_ISDIR(status->st_mode))
        return 1;
    hash = mix(mix(hash, (uint64_t)version.mtime_s), version.mtime_ns);
    hash = mix(mix(hash, (uint64_t)version.ctime_s), version.ctime_ns);
    return not_zero(hash);
}

/* The place of a path, or the empty one where it would be. */
static struct seen *place_of(struct seen *table, size_t size, uint64_t path)
{
    size_t at = path & (size - 1);

    while (table[at].path != 0 && table[at].path != path)
        at = (at + 1) & (size - 1);
    return &table[at];
}

/* Moves what is not gone to a table of `size` places. False: no memory. */
static bool resize(struct scanner *scanner, size_t size)
{
    struct seen *table = calloc(size, sizeof(*table));

    if (table == NULL)
        return false;
    scanner->count = 0;
    for (size_t i = 0; i < scanner->size; i++) {
        const struct seen *seen = &scanner->table[i];

        if (seen->path == 0 || seen->version == 0)
            continue;
        *place_of(table, size, seen->path) = *seen;
        scanner->count++;
    }
    free(scanner->table);
    scanner->table = table;
    scanner->size = size;
    return true;
}

/* Room for one more, with a quarter of the places empty. */
static bool make_room(struct scanner *scanner)
{
    if (scanner->count >= SCANNER_FILES_MAX)
        return false;
    if ((scanner->count + 1) * 4 <= scanner->size * 3)
        return true;
    return resize(scanner, scanner->size * 2);
}

/* Notes this version of a path. Returns whether it is another one. */
static bool note(struct scanner *scanner, const char *path, uint64_t version)
{
    uint64_t hash = hash_of(path);
    struct seen *seen = place_of(scanner->table, scanner->size, hash);
    bool is_other;

    if (seen->path == 0) {
        if (!make_room(scanner)) {
            scanner->rest += mix(hash, version);
            return false;
        }
        seen = place_of(scanner->table, scanner->size, hash);
        seen->path = hash;
        scanner->count++;
    }
    is_other = seen->version != version;
    seen->version = version;
    seen->pass = scanner->pass;
    return is_other;
}

static void see(struct scanner *scanner, const char *path, uint64_t version)
{
    if (note(scanner, path, version) && scanner->changes != NULL)
        changes_add(scanner->changes, path, scanner->now_ms);
}

static int visit_folder(struct folder_visitor *visitor, const char *place,
                        const char *path)
{
    (void)place;
    if (path[0] != '\0')
        see((struct scanner *)visitor, path, 1);
    return 0;
}

static void visit_file(struct folder_visitor *visitor, int folder_fd,
                       const char *name, const char *path)
{
    struct stat status;

    if (fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        see((struct scanner *)visitor, path, version_of(&status));
}

struct scanner *scanner_new(const char *folder)
{
    struct scanner *scanner = calloc(1, sizeof(*scanner));

    if (scanner == NULL)
        return NULL;
    scanner->visitor = (struct folder_visitor){visit_folder, visit_file};
    scanner->folder = folder;
    if (!resize(scanner, TABLE_MIN)) {
        free(scanner);
        return NULL;
    }
    return scanner;
}

void scanner_free(struct scanner *scanner)
{
    if (scanner == NULL)
        return;
    free(scanner->table);
    free(scanner);
}

/* Forgets what this pass has not seen. Returns whether there was any. */
static bool forget_gone(struct scanner *scanner)
{
    size_t gone = 0;
    bool is_news = false;

    for (size_t i = 0; i < scanner->size; i++) {
        struct seen *seen = &scanner->table[i];

        if (seen->path == 0 || seen->pass == scanner->pass)
            continue;
        is_news = is_news || seen->version != 0;
        seen->version = 0;
        gone++;
    }
    if (gone > scanner->size / 4)
        resize(scanner, scanner->size);
    return is_news;
}

void scanner_pass(struct scanner *scanner, struct changes *changes,
                  int64_t now_ms)
{
    bool has_changed;

    scanner->changes = scanner->pass == 0 ? NULL : changes;
    scanner->now_ms = now_ms;
    scanner->pass++;
    scanner->rest = 0;
    (void)folder_walk(scanner->folder, "", &scanner->visitor);
    has_changed = forget_gone(scanner) || scanner->rest != scanner->rest_before;
    if (has_changed && scanner->changes != NULL)
        changes_add_all(scanner->changes, now_ms);
    scanner->rest_before = scanner->rest;
    scanner->changes = NULL;
}

void scanner_take(struct scanner *scanner, const char *path)
{
    char place[PATH_MAX];
    struct stat status;

    assert(scanner->changes == NULL);
    if (!folder_walk_join(place, scanner->folder, path))
        return;
    if (lstat(place, &status) == 0)
        note(scanner, path, version_of(&status));
    else
        note(scanner, path, 0);
}
