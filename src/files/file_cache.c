#include "files/file_cache.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>

#include "files/file_entry.h"
#include "files/path_hash.h"

/* Entries are listed apart by what they hold, each list by last look, so that
 * what runs short can be had back from the entries that have it. */
enum holding { HOLDS_NOTHING, HOLDS_BODY, HOLDS_DESCRIPTOR, HOLDINGS };

enum { BUCKETS_MAX = 1 << 24 };

struct file_cache {
    struct file_loader loader;
    struct path_hash_key key;
    uint64_t since, moment; /* see file_cache_moment */
    size_t entries, entries_max;
    size_t bodies_bytes, bodies_max_bytes;
    size_t descriptors, descriptors_max;
    struct list recent[HOLDINGS]; /* the first was looked at longest ago */
    struct file none, unreadable; /* answers that need no entry */
    size_t mask;                  /* buckets less one; they are 2^n */
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

static void answer_init(struct file *file, enum file_kind kind)
{
    *file = (struct file){.kind = kind, .fd = -1};
    hold_init(&file->hold, keep_nothing);
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

struct file_cache *file_cache_new(const struct file_cache_config *config)
{
    size_t count = bucket_count(config->entries_max);
    struct file_cache *cache =
        calloc(1, sizeof(*cache) + count * sizeof(struct file_entry *));

    if (cache == NULL)
        return NULL;
    cache->loader = (struct file_loader){
        .root = config->root,
        .types = config->types,
        .sniffer = config->sniffer,
        .describe = config->describe,
        .body_max_bytes = config->body_max_bytes < config->bodies_max_bytes
                              ? config->body_max_bytes
                              : config->bodies_max_bytes,
    };
    seed(cache);
    cache->entries_max = config->entries_max;
    cache->bodies_max_bytes = config->bodies_max_bytes;
    cache->descriptors_max = config->descriptors_max;
    cache->mask = count - 1;
    for (int holding = 0; holding < HOLDINGS; holding++)
        list_init(&cache->recent[holding]);
    answer_init(&cache->none, FILE_NONE);
    answer_init(&cache->unreadable, FILE_UNREADABLE);
    return cache;
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

/* Forgets an entry; whoever holds it still has it. */
static void drop(struct file_cache *cache, struct file_entry *entry)
{
    struct file_entry **link = &cache->buckets[entry->hash & cache->mask];

    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    list_unlink(&entry->recent);
    cache->entries--;
    if (entry->file.body != NULL)
        cache->bodies_bytes -= entry->file.size;
    if (entry->file.fd != -1)
        cache->descriptors--;
    hold_release(&entry->file.hold);
}

static bool drop_descriptors(struct file_cache *cache)
{
    struct file_entry *entry;
    bool dropped = false;

    while ((entry = oldest_in(&cache->recent[HOLDS_DESCRIPTOR])) != NULL) {
        drop(cache, entry);
        dropped = true;
    }
    return dropped;
}

/* Room for what `file` holds. The loader lets no body pass that is larger than
 * all bodies may be together, so each loop finds an entry to drop. */
static void make_room(struct file_cache *cache, const struct file *file)
{
    while (cache->entries >= cache->entries_max && cache->entries > 0)
        drop(cache, oldest(cache));
    if (file->body != NULL)
        while (cache->bodies_bytes + file->size > cache->bodies_max_bytes)
            drop(cache, oldest_in(&cache->recent[HOLDS_BODY]));
    if (file->fd != -1)
        while (cache->descriptors >= cache->descriptors_max &&
               cache->descriptors > 0)
            drop(cache, oldest_in(&cache->recent[HOLDS_DESCRIPTOR]));
}

static void insert(struct file_cache *cache, struct file_entry *entry,
                   uint64_t hash)
{
    struct file_entry **bucket = &cache->buckets[hash & cache->mask];

    make_room(cache, &entry->file);
    entry->hash = (uint32_t)hash;
    entry->looked_at = cache->moment;
    entry->next = *bucket;
    *bucket = entry;
    list_append(&cache->recent[holding_of(&entry->file)], &entry->recent);
    cache->entries++;
    if (entry->file.body != NULL)
        cache->bodies_bytes += entry->file.size;
    if (entry->file.fd != -1)
        cache->descriptors++;
}

void file_cache_free(struct file_cache *cache)
{
    struct file_entry *entry;

    if (cache == NULL)
        return;
    while ((entry = oldest(cache)) != NULL)
        drop(cache, entry);
    free(cache);
}

void file_cache_moment(struct file_cache *cache, uint64_t since,
                       uint64_t moment)
{
    cache->since = since;
    cache->moment = moment;
}

static struct file_entry *find(const struct file_cache *cache, uint64_t hash,
                               struct bytes path)
{
    struct file_entry *entry = cache->buckets[hash & cache->mask];

    while (entry != NULL &&
           (entry->hash != (uint32_t)hash || entry->path_len != path.len ||
            memcmp(entry->target, path.at, path.len) != 0))
        entry = entry->next;
    return entry;
}

/* What is opened for `path`. Returns false where no such path can be. */
static bool target_of(struct bytes path, char target[PATH_MAX])
{
    static const char index[] = "index.html";
    bool is_folder = path.len == 0 || path.at[path.len - 1] == '/';

    if (path.len + sizeof(index) > PATH_MAX ||
        memchr(path.at, '\0', path.len) != NULL)
        return false;
    memcpy(target, path.at, path.len);
    memcpy(target + path.len, is_folder ? index : "",
           is_folder ? sizeof(index) : 1);
    return true;
}

static const struct file *load(struct file_cache *cache, struct bytes path,
                               uint64_t hash)
{
    char target[PATH_MAX];
    struct file_entry *entry;
    int error;

    if (!target_of(path, target))
        return &cache->none;
    error = file_entry_load(&cache->loader, target, path.len, &entry);
    if ((error == -EMFILE || error == -ENFILE) && drop_descriptors(cache))
        error = file_entry_load(&cache->loader, target, path.len, &entry);
    if (error < 0)
        return &cache->unreadable;
    insert(cache, entry, hash);
    return &entry->file;
}

/* Looked at in this moment, so it goes to the end of its list. */
static void touch(struct file_cache *cache, struct file_entry *entry)
{
    entry->looked_at = cache->moment;
    list_unlink(&entry->recent);
    list_append(&cache->recent[holding_of(&entry->file)], &entry->recent);
}

const struct file *file_cache_get(struct file_cache *cache, struct bytes path)
{
    const uint64_t hash = path_hash(&cache->key, path);
    struct file_entry *entry = find(cache, hash, path);

    if (entry != NULL && entry->looked_at >= cache->since)
        return &entry->file;
    if (entry != NULL && file_entry_is_true(entry, cache->loader.root)) {
        touch(cache, entry);
        return &entry->file;
    }
    if (entry != NULL)
        drop(cache, entry);
    return load(cache, path, hash);
}
