#include "files/file_cache.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/log_pace.h"
#include "files/file_entry.h"
#include "files/path_hash.h"

/* Entries are listed apart by what they hold, each list by last look, so that
 * what runs short can be had back from the entries that have it. */
enum holding { HOLDS_NOTHING, HOLDS_BODY, HOLDS_DESCRIPTOR, HOLDINGS };

enum {
    BUCKETS_MAX = 1 << 24,
    QUOTED_MAX = 256,         /* bytes of a file's name in the log */
    UNREADABLE_LOG_MS = 1000, /* between two lines about such files */
};

enum { ROOT_LINES_MS = 5000 }; /* between two lines about a root that is gone */

struct file_cache {
    struct file_loader loader; /* its account has also what was dropped */
    struct trail trail;        /* counts the batches */
    struct log_pace root_pace;
    struct path_hash_key key;
    size_t entries, entries_max;
    size_t bytes, bytes_max;             /* of memory, that entries here hold */
    size_t plain_bytes, plain_bytes_max; /* of that, HOLDS_NOTHING's */
    size_t descriptors_max;
    int64_t tidy_ms; /* when to close descriptors; INT64_MAX: there are none */
    uint64_t tidy_batch; /* those looked at later are to stay */
    struct log_pace unreadable;
    struct list recent[HOLDINGS]; /* the first was looked at longest ago */
    struct file responses[FILE_UNREADABLE + 1]; /* by kind, without an entry */
    size_t mask; /* buckets less one; they are 2^n */
    struct file_entry *buckets[];
};

static enum holding holding_of(const struct file *file)
{
    if (file->fd != -1)
        return HOLDS_DESCRIPTOR;
    return file->body != NULL ? HOLDS_BODY : HOLDS_NOTHING;
}

static void keep_nothing(struct hold *hold)
{
    hold->count = 1;
}

static void responses_init(struct file_cache *cache)
{
    for (int kind = FILE_FOLDER; kind <= FILE_UNREADABLE; kind++) {
        struct file *file = &cache->responses[kind];

        *file = (struct file){.kind = (enum file_kind)kind, .fd = -1};
        hold_init(&file->hold, keep_nothing);
    }
}

/* A key that is worse than random costs speed under attack, nothing else. */
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

/* An entry keeps 32 bits of its hash, which say which bucket it is in. */
static size_t bucket_count(size_t entries_max)
{
    size_t count = 1;

    while (count < entries_max && count < BUCKETS_MAX)
        count *= 2;
    return count;
}

/* The entry of `list` that was used longest ago. NULL: there is none. */
static struct file_entry *oldest_in(const struct list *list)
{
    return list_is_empty(list)
               ? NULL
               : LIST_ENTRY(list->next, struct file_entry, recent);
}

static struct file_entry *oldest(const struct file_cache *cache)
{
    struct file_entry *found = NULL;

    for (int holding = 0; holding < HOLDINGS; holding++) {
        struct file_entry *entry = oldest_in(&cache->recent[holding]);

        if (entry != NULL &&
            (found == NULL || entry->looked_at < found->looked_at))
            found = entry;
    }
    return found;
}

/* What the entry takes of plain_bytes_max. */
static size_t plain_bytes_of(const struct file_entry *entry)
{
    return holding_of(&entry->file) == HOLDS_NOTHING ? file_entry_bytes(entry)
                                                     : 0;
}

/* Forgets an entry; whoever holds it still has it. */
static void drop(struct file_cache *cache, struct file_entry *entry)
{
    struct file_entry **link = &cache->buckets[entry->hash & cache->mask];

    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    list_unlink(&entry->recent);
    cache->entries--;
    cache->bytes -= file_entry_bytes(entry);
    cache->plain_bytes -= plain_bytes_of(entry);
    hold_release(&entry->file.hold);
}

static bool is_shortage(int error)
{
    return error == -EMFILE || error == -ENFILE;
}

/* Drops descriptors that nobody sends from, which were looked at in `batch`
 * the last time, or before: `count` at most. Returns how many. */
static size_t drop_idle(struct file_cache *cache, uint64_t batch, size_t count)
{
    struct list *head = &cache->recent[HOLDS_DESCRIPTOR], *next;
    size_t dropped = 0;

    for (struct list *at = head->next; at != head && dropped < count;
         at = next) {
        struct file_entry *entry = LIST_ENTRY(at, struct file_entry, recent);

        next = at->next;
        if (entry->looked_at > batch)
            break;
        if (entry->file.hold.count == 1) {
            drop(cache, entry);
            dropped++;
        }
    }
    return dropped;
}

/* Whether so many bytes more can fit at all. What was dropped and lives on is
 * out of reach, and where that leaves no room nothing is dropped in vain. */
static bool may_fit(const struct file_cache *cache, size_t bytes)
{
    size_t lost = cache->loader.account->bytes - cache->bytes;

    return bytes <= cache->bytes_max && lost <= cache->bytes_max - bytes;
}

/* Drops what was looked at longest ago, until so many bytes more fit. An entry
 * that is being sent frees nothing, and is known to be out of reach then. */
static bool make_room(struct file_cache *cache, size_t bytes)
{
    const struct file_account *account = cache->loader.account;
    struct file_entry *entry;

    if (!may_fit(cache, bytes))
        return false;
    while (account->bytes + bytes > cache->bytes_max) {
        entry = oldest(cache);
        if (entry == NULL)
            return false;
        drop(cache, entry);
    }
    return true;
}

static bool make_room_for_body(struct file_loader *loader, size_t bytes)
{
    return make_room(LIST_ENTRY(loader, struct file_cache, loader), bytes);
}

/* Makes room for what an entry holds, which its account has already. */
static bool make_room_for(struct file_cache *cache,
                          const struct file_entry *entry)
{
    const struct file_account *account = cache->loader.account;
    size_t bytes = file_entry_bytes(entry);

    switch (holding_of(&entry->file)) {
    case HOLDS_NOTHING:
        if (bytes > cache->plain_bytes_max)
            return false;
        while (cache->plain_bytes + bytes > cache->plain_bytes_max)
            drop(cache, oldest_in(&cache->recent[HOLDS_NOTHING]));
        break;
    case HOLDS_DESCRIPTOR:
        if (account->descriptors > cache->descriptors_max &&
            drop_idle(cache, UINT64_MAX, 1) == 0)
            return false;
        break;
    case HOLDS_BODY:
    case HOLDINGS:
        break;
    }
    while (cache->entries >= cache->entries_max && cache->entries > 0)
        drop(cache, oldest(cache));
    return make_room(cache, 0);
}

static void insert(struct file_cache *cache, struct file_entry *entry,
                   uint64_t hash)
{
    struct file_entry **bucket = &cache->buckets[hash & cache->mask];

    entry->hash = (uint32_t)hash;
    entry->looked_at = cache->trail.batch;
    entry->next = *bucket;
    *bucket = entry;
    list_append(&cache->recent[holding_of(&entry->file)], &entry->recent);
    cache->entries++;
    cache->bytes += file_entry_bytes(entry);
    cache->plain_bytes += plain_bytes_of(entry);
    assert(cache->bytes <= cache->loader.account->bytes);
    assert(cache->plain_bytes <= cache->plain_bytes_max);
}

struct file_cache *file_cache_new(const struct file_cache_config *config)
{
    size_t count = bucket_count(config->entries_max);
    struct file_cache *cache =
        calloc(1, sizeof(*cache) + count * sizeof(struct file_entry *));

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
    if (trail_open(&cache->trail, config->root) < 0)
        goto release_account;
    cache->root_pace.interval_ms = ROOT_LINES_MS;
    seed(cache);
    cache->unreadable.interval_ms = UNREADABLE_LOG_MS;
    cache->entries_max = config->entries_max;
    cache->bytes_max = config->bytes_max;
    cache->plain_bytes_max = config->plain_bytes_max;
    cache->descriptors_max = config->descriptors_max;
    cache->mask = count - 1;
    cache->tidy_ms = INT64_MAX;
    for (int holding = 0; holding < HOLDINGS; holding++)
        list_init(&cache->recent[holding]);
    responses_init(cache);
    return cache;

release_account:
    hold_release(&cache->loader.account->hold);
free_cache:
    free(cache);
    return NULL;
}

static void drop_all(struct file_cache *cache)
{
    struct file_entry *entry;

    while ((entry = oldest(cache)) != NULL)
        drop(cache, entry);
}

void file_cache_free(struct file_cache *cache)
{
    if (cache == NULL)
        return;
    drop_all(cache);
    assert(cache->entries == 0 && cache->bytes == 0);
    hold_release(&cache->loader.account->hold);
    trail_close(&cache->trail);
    free(cache);
}

void file_cache_batch(struct file_cache *cache)
{
    cache->trail.batch++;
}

/* There are descriptors, or were. Apart, since mostly there are none. */
__attribute__((noinline)) static void tidy(struct file_cache *cache,
                                           int64_t now_ms)
{
    if (now_ms >= cache->tidy_ms)
        drop_idle(cache, cache->tidy_batch, SIZE_MAX);
    if (list_is_empty(&cache->recent[HOLDS_DESCRIPTOR])) {
        cache->tidy_ms = INT64_MAX;
    } else if (now_ms >= cache->tidy_ms || cache->tidy_ms == INT64_MAX) {
        cache->tidy_ms = now_ms + FILE_CACHE_TIDY_MS;
        cache->tidy_batch = cache->trail.batch;
    }
}

int64_t file_cache_tidy(struct file_cache *cache, int64_t now_ms)
{
    if (cache->tidy_ms != INT64_MAX ||
        !list_is_empty(&cache->recent[HOLDS_DESCRIPTOR]))
        tidy(cache, now_ms);
    return cache->tidy_ms;
}

static struct file_entry *find(const struct file_cache *cache, uint64_t hash,
                               struct bytes path)
{
    struct file_entry *entry = cache->buckets[hash & cache->mask];

    while (entry != NULL &&
           (entry->hash != (uint32_t)hash || entry->path_len != path.len ||
            memcmp(entry->path, path.at, path.len) != 0))
        entry = entry->next;
    return entry;
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

/* What such a path names, without an entry. */
static const struct file *response(struct file_cache *cache,
                                   enum file_kind kind, int error)
{
    cache->responses[kind].error = error;
    return &cache->responses[kind];
}

/* Logs now and then why a file that is there is not served. */
static const struct file *unreadable(struct file_cache *cache, const char *name,
                                     int error, const char *why)
{
    char quoted[QUOTED_MAX];

    log_error_paced(&cache->unreadable, "cannot read %s: %s",
                    log_quote(quoted, sizeof(quoted), bytes_of(name)), why);
    return response(cache, FILE_UNREADABLE, error);
}

static const struct file *load(struct file_cache *cache, struct bytes path,
                               uint64_t hash)
{
    char name[PATH_MAX];
    struct file_entry *entry;
    struct file found;
    int error;

    if (!name_of(path, name))
        return response(cache, FILE_NONE, -ENAMETOOLONG);
    error = file_entry_load(&cache->loader, name, &entry);
    if (is_shortage(error) && drop_idle(cache, UINT64_MAX, SIZE_MAX) > 0)
        error = file_entry_load(&cache->loader, name, &entry);
    if (error < 0)
        return unreadable(cache, name, error, strerror(-error));
    if (make_room_for(cache, entry)) {
        insert(cache, entry, hash);
        return &entry->file;
    }
    found = entry->file;
    hold_release(&entry->file.hold);
    if (found.kind != FILE_REGULAR)
        return response(cache, found.kind, found.error);
    return unreadable(cache, name, -ENOMEM,
                      "responses under way hold all that files may have of "
                      "memory or descriptors");
}

/* A small file that found no room in memory once, and may find it now. */
static bool wants_memory(const struct file_cache *cache,
                         const struct file_entry *entry)
{
    return entry->file.fd != -1 &&
           entry->file.size <= cache->loader.body_max_bytes &&
           may_fit(cache, (size_t)entry->file.size);
}

/* Looked at now, so it goes to the end of its list. */
static void touch(struct file_cache *cache, struct file_entry *entry)
{
    entry->looked_at = cache->trail.batch;
    list_unlink(&entry->recent);
    list_append(&cache->recent[holding_of(&entry->file)], &entry->recent);
}

/* Looks for the root's folder, unless that was done in this batch.
 * What was found under another root is forgotten. Returns 0 or a negative
 * errno.
 */
static int look_for_root(struct file_cache *cache)
{
    bool has_changed;
    int error;

    error = trail_refresh(&cache->trail, &has_changed);
    if (is_shortage(error) && drop_idle(cache, UINT64_MAX, SIZE_MAX) > 0)
        error = trail_refresh(&cache->trail, &has_changed);
    if (has_changed)
        drop_all(cache);
    if (error < 0)
        log_error_paced(&cache->root_pace, "cannot serve %s now: %s",
                        cache->trail.root.folder, strerror(-error));
    return error;
}

/* What the entry (NULL: there is none) knows of its path. */
static struct file_seen seen_by(const struct file_entry *entry)
{
    if (entry == NULL || entry->file.kind != FILE_REGULAR)
        return (struct file_seen){.first_ms = 0};
    return (struct file_seen){entry->version, entry->first_ms};
}

const struct file *file_cache_get(struct file_cache *cache, struct bytes path)
{
    const uint64_t hash = path_hash(&cache->key, path);
    const int error = look_for_root(cache);
    struct file_entry *entry;

    if (error < 0)
        return response(cache, FILE_UNREADABLE, error);
    entry = find(cache, hash, path);
    if (entry != NULL && entry->looked_at == cache->trail.batch)
        return &entry->file;
    if (entry != NULL && !wants_memory(cache, entry) &&
        file_entry_is_true(entry, &cache->trail)) {
        touch(cache, entry);
        return &entry->file;
    }
    cache->loader.before = seen_by(entry);
    if (entry != NULL)
        drop(cache, entry);
    return load(cache, path, hash);
}
