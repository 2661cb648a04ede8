#include "files/file_cache.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/log_pace.h"
#include "files/file_room.h"
#include "files/file_siblings.h"
#include "files/path_hash.h"

enum {
    QUOTED_MAX = 256,         /* bytes of a file's name in the log */
    UNREADABLE_LOG_MS = 1000, /* between two lines about such files */
    ROOT_LOG_MS = 5000,       /* between two lines about a missing root */
};

struct file_cache {
    struct file_loader loader; /* its account includes dropped entries */
    struct trail trail;        /* counts the batches */
    const char *const *suffixes;
    struct log_pace root_pace;
    struct path_hash_key key;
    struct file_room room;
    int64_t tidy_ms; /* when to close descriptors; INT64_MAX: none is open */
    uint64_t tidy_batch; /* what was looked at later stays open */
    time_t calm_at;      /* when the two move on: */
    uint64_t calm_batch; /* at least FILE_CACHE_CALM_S ago */
    uint64_t calm_next;
    struct log_pace unreadable_pace;
    struct file uncached[FILE_UNREADABLE + 1]; /* by kind */
};

static void keep_nothing(struct hold *hold)
{
    hold->count = 1;
}

static void uncached_init(struct file_cache *cache)
{
    for (int kind = FILE_FOLDER; kind <= FILE_UNREADABLE; kind++) {
        struct file *file = &cache->uncached[kind];

        *file = (struct file){.kind = (enum file_kind)kind, .fd = -1};
        hold_init(&file->hold, keep_nothing);
    }
}

/* With a key that can be guessed, an attack can make lookups slow; no more. */
static void seed(struct file_cache *cache)
{
    struct timespec now;
    uint64_t random[3];

    if (getrandom(random, sizeof(random), GRND_NONBLOCK) !=
        (ssize_t)sizeof(random)) {
        clock_gettime(CLOCK_REALTIME, &now);
        random[0] = (uint64_t)(uintptr_t)cache;
        random[1] = (uint64_t)now.tv_sec;
        random[2] = (uint64_t)now.tv_nsec;
    }
    cache->key = (struct path_hash_key){{random[0], random[1]}};
    cache->loader.nonce = (uint32_t)random[2];
}

static bool is_shortage(int error)
{
    return error == -EMFILE || error == -ENFILE;
}

static bool make_room_for_body(struct file_loader *loader, size_t bytes)
{
    return file_room_make_for_content(
        &LIST_ENTRY(loader, struct file_cache, loader)->room, bytes);
}

struct file_cache *file_cache_new(const struct file_cache_config *config)
{
    struct file_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL)
        return NULL;
    cache->loader = (struct file_loader){
        .trail = &cache->trail,
        .types = config->types,
        .sniffer = config->sniffer,
        .ride = config->ride,
        .account = file_account_new(),
        .body_max_bytes = config->body_max_bytes,
        .make_room = make_room_for_body,
    };
    if (cache->loader.account == NULL)
        goto free_cache;
    cache->room.account = cache->loader.account;
    if (file_table_init(&cache->room.table, config->entries_max) < 0)
        goto release_account;
    if (trail_open(&cache->trail, config->root) < 0)
        goto fini_table;
    seed(cache);
    cache->root_pace.interval_ms = ROOT_LOG_MS;
    cache->unreadable_pace.interval_ms = UNREADABLE_LOG_MS;
    cache->suffixes = config->suffixes;
    cache->room.entries_max = config->entries_max;
    cache->room.bytes_max = config->bytes_max;
    cache->room.plain_bytes_max = config->plain_bytes_max;
    cache->room.descriptors_max = config->descriptors_max;
    cache->tidy_ms = INT64_MAX;
    uncached_init(cache);
    return cache;

fini_table:
    file_table_fini(&cache->room.table);
release_account:
    hold_release(&cache->loader.account->hold);
free_cache:
    free(cache);
    return NULL;
}

static void drop_all(struct file_cache *cache)
{
    struct file_entry *entry;

    while ((entry = file_table_oldest(&cache->room.table)) != NULL)
        file_table_drop(&cache->room.table, entry);
}

void file_cache_free(struct file_cache *cache)
{
    if (cache == NULL)
        return;
    file_table_fini(&cache->room.table);
    hold_release(&cache->loader.account->hold);
    trail_close(&cache->trail);
    free(cache);
}

const struct docroot *file_cache_root(const struct file_cache *cache)
{
    return &cache->trail.root;
}

void file_cache_batch(struct file_cache *cache)
{
    cache->trail.batch++;
}

/* Descriptors are open, or were. A function of its own, since mostly none is.
 */
__attribute__((noinline)) static void tidy(struct file_cache *cache,
                                           int64_t now_ms)
{
    if (now_ms >= cache->tidy_ms)
        file_room_close_idle(&cache->room, cache->tidy_batch, SIZE_MAX);
    if (list_is_empty(&cache->room.table.recent[HOLDS_DESCRIPTOR])) {
        cache->tidy_ms = INT64_MAX;
    } else if (now_ms >= cache->tidy_ms || cache->tidy_ms == INT64_MAX) {
        cache->tidy_ms = now_ms + FILE_CACHE_TIDY_MS;
        cache->tidy_batch = cache->trail.batch;
    }
}

int64_t file_cache_tidy(struct file_cache *cache, int64_t now_ms)
{
    if (cache->tidy_ms != INT64_MAX ||
        !list_is_empty(&cache->room.table.recent[HOLDS_DESCRIPTOR]))
        tidy(cache, now_ms);
    return cache->tidy_ms;
}

/* Makes a C string of the path. Returns false where no such path can be. */
static bool name_of(struct bytes path, char name[PATH_MAX])
{
    if (path.len >= PATH_MAX || memchr(path.at, '\0', path.len) != NULL)
        return false;
    memcpy(name, path.at, path.len);
    name[path.len] = '\0';
    return true;
}

/* A file of this kind that has no entry. */
static const struct file *uncached(struct file_cache *cache,
                                   enum file_kind kind, int error)
{
    assert(kind != FILE_REGULAR);
    cache->uncached[kind].error = error;
    return &cache->uncached[kind];
}

/* Logs, once in a while, why a file that exists is not served. */
static const struct file *unreadable(struct file_cache *cache, const char *name,
                                     int error, const char *why)
{
    char quoted[QUOTED_MAX];

    log_error_paced(&cache->unreadable_pace, "cannot read %s: %s",
                    log_quote(quoted, sizeof(quoted), bytes_of(name)), why);
    return uncached(cache, FILE_UNREADABLE, error);
}

static const struct file *load(struct file_cache *cache, struct bytes path,
                               uint64_t hash)
{
    char name[PATH_MAX];
    struct file_entry *entry;
    struct file found;
    int error;

    if (!name_of(path, name))
        return uncached(cache, FILE_NONE, -ENAMETOOLONG);
    error = file_entry_load(&cache->loader, name, &entry);
    if (is_shortage(error) &&
        file_room_close_idle(&cache->room, UINT64_MAX, SIZE_MAX) > 0)
        error = file_entry_load(&cache->loader, name, &entry);
    if (error < 0)
        return unreadable(cache, name, error, strerror(-error));
    if (file_room_make_for(&cache->room, entry)) {
        file_table_insert(&cache->room.table, entry, hash, cache->trail.batch);
        assert(cache->room.table.plain_bytes <= cache->room.plain_bytes_max);
        return &entry->file;
    }
    found = entry->file;
    hold_release(&entry->file.hold);
    if (found.kind != FILE_REGULAR)
        return uncached(cache, found.kind, found.error);
    return unreadable(cache, name, -ENOMEM,
                      "responses under way hold all that files may have of "
                      "memory or descriptors");
}

/* A small file that found no room in memory before, and may find it now. */
static bool wants_memory(const struct file_cache *cache,
                         const struct file_entry *entry)
{
    return entry->file.fd != -1 &&
           entry->file.size <= cache->loader.body_max_bytes &&
           file_room_may_fit(&cache->room, (size_t)entry->file.size);
}

/* The root is another one, or cannot be found, or the look failed. A function
 * of its own, since that is rare. Returns 0 or a negative errno. */
__attribute__((noinline)) static int
take_other_root(struct file_cache *cache, int error, bool has_changed)
{
    if (is_shortage(error) &&
        file_room_close_idle(&cache->room, UINT64_MAX, SIZE_MAX) > 0)
        error = trail_refresh(&cache->trail, &has_changed);
    if (has_changed)
        drop_all(cache);
    if (error < 0)
        log_error_paced(&cache->root_pace, "cannot serve %s now: %s",
                        cache->trail.root.folder, strerror(-error));
    return error;
}

/* Looks for the root's folder, once in each batch. Forgets what was found under
 * another root. Returns 0 or a negative errno. */
static inline int look_for_root(struct file_cache *cache)
{
    bool has_changed;
    int error;

    if (trail_is_fresh(&cache->trail))
        return 0;
    error = trail_refresh(&cache->trail, &has_changed);
    return error < 0 || has_changed ? take_other_root(cache, error, has_changed)
                                    : 0;
}

/* The version that the entry has of its path. */
static struct file_seen seen_by(const struct file_entry *entry)
{
    if (entry->file.kind != FILE_REGULAR)
        return (struct file_seen){.first_ms = 0};
    return (struct file_seen){entry->version, entry->first_ms};
}

/* Hangs the contents of a list by `next` on the entry. */
static void attach_all(struct file_cache *cache, struct file_entry *entry,
                       struct file_derived *first)
{
    while (first != NULL) {
        struct file_derived *next = first->next;

        first->next = NULL;
        file_table_attach(&cache->room.table, entry, first);
        first = next;
    }
}

/* Loads the path of an entry anew. The same version keeps what was derived from
 * it. */
static const struct file *reload(struct file_cache *cache,
                                 struct file_entry *before, struct bytes path,
                                 uint64_t hash)
{
    const struct file_version version = before->version;
    const bool was_settled = before->is_settled;
    const uint8_t marks = before->marks;
    struct file_derived *derived =
        file_table_detach(&cache->room.table, before);
    struct file_entry *entry;
    const struct file *file;

    cache->loader.before = seen_by(before);
    file_table_drop(&cache->room.table, before);
    file = load(cache, path, hash);
    entry = file->kind == FILE_REGULAR ? file_entry_of(file) : NULL;
    if (!was_settled || entry == NULL || !entry->is_settled ||
        !file_version_equal(&entry->version, &version)) {
        file_derived_release_all(derived);
        return file;
    }
    entry->marks = marks;
    attach_all(cache, entry, derived);
    return file;
}

const struct file *file_cache_get(struct file_cache *cache, struct bytes path)
{
    const uint64_t hash = path_hash(&cache->key, path);
    const int error = look_for_root(cache);
    struct file_entry *entry;

    if (error < 0)
        return uncached(cache, FILE_UNREADABLE, error);
    entry = file_table_find(&cache->room.table, hash, path);
    if (entry != NULL && entry->looked_at == cache->trail.batch &&
        !entry->is_resting)
        return &entry->file;
    if (entry != NULL && !wants_memory(cache, entry) &&
        file_entry_is_true(entry, &cache->trail)) {
        file_table_touch(&cache->room.table, entry, cache->trail.batch);
        return &entry->file;
    }
    if (entry != NULL)
        return reload(cache, entry, path, hash);
    cache->loader.before = (struct file_seen){.first_ms = 0};
    return load(cache, path, hash);
}

unsigned file_cache_siblings(struct file_cache *cache, const struct file *file)
{
    return cache->suffixes == NULL
               ? 0
               : file_siblings_find(file_entry_of(file), &cache->trail,
                                    cache->suffixes);
}

bool file_cache_is_older(const struct file *file, const struct file *than)
{
    const struct file_version *a = &file_entry_of(file)->version;
    const struct file_version *b = &file_entry_of(than)->version;

    if (a->mtime_s != b->mtime_s)
        return a->mtime_s < b->mtime_s;
    return a->mtime_ns != 0 && a->mtime_ns < b->mtime_ns;
}

uint64_t file_cache_root_serial(struct file_cache *cache)
{
    return look_for_root(cache) < 0 ? 0 : trail_root_serial(&cache->trail);
}

const struct file *file_cache_derived(const struct file *source,
                                      enum derived_key key)
{
    const struct file_derived *derived =
        file_derived_find(file_entry_of(source)->derived, key);

    return derived == NULL ? NULL : &derived->file;
}

bool file_cache_has_room(struct file_cache *cache, uint64_t bytes, time_t now)
{
    if (now >= cache->calm_at) {
        cache->calm_batch = cache->calm_next;
        cache->calm_next = cache->trail.batch;
        cache->calm_at = now + FILE_CACHE_CALM_S;
    }
    return file_room_is_calm(&cache->room, bytes, cache->calm_batch);
}

const struct file *file_cache_derive(struct file_cache *cache,
                                     const struct file *source,
                                     const struct derivation *derivation)
{
    struct file_entry *entry = file_entry_of(source);
    struct file_derived *derived;

    if (file_derived_find(entry->derived, derivation->key) != NULL ||
        !file_room_make_beside(&cache->room, entry,
                               file_derived_bytes_most(derivation))) {
        derivation_release(derivation);
        return NULL;
    }
    derived = file_derived_new(derivation, source, cache->loader.account);
    if (derived == NULL)
        return NULL;
    file_table_attach(&cache->room.table, entry, derived);
    return &derived->file;
}
