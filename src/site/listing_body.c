#include "site/listing_body.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "files/folder_reader.h"
#include "site/listing_entries.h"

/*  state   does                              leaves when
 *  ------  --------------------------------  ----------------------------
 *  GATHER  reads names, and keeps them       no more (SORT),
 *                                            too many (BEGIN)
 *  SORT    sorts what was kept, by runs      all are sorted (BEGIN)
 *  BEGIN   writes what precedes the items    it is written (SORTED, KEPT)
 *  SORTED  writes items in order             no more (END)
 *  KEPT    writes what was kept, as the      no more (REST)
 *          folder gave it
 *  REST    reads further names, writes each  no more (END)
 *  END     writes what follows the items
 */
enum state { GATHER, SORT, BEGIN, SORTED, KEPT, REST, END };

struct listing_body {
    struct body_source source; /* first: the two share their address */
    struct listing_budget *budget;
    struct folder_reader *reader;
    const struct listing_form *form;
    struct listing_page page;
    struct listing_entries entries;
    enum state state;
    size_t kept_at;    /* KEPT: the next */
    size_t item_count; /* that were written */
    bool is_root;
    struct listing_item extra; /* there was no room to keep this one */
    char extra_name[NAME_MAX + 1];
    char path[LISTING_PATH_MAX];
};

/* One read's output, and what it may still do. */
struct piece {
    char *to, *end;
    unsigned steps;
    int64_t ends_us;
};

enum { STEPS_BETWEEN_CLOCKS = 16 };

_Static_assert((int)LISTING_BEGIN_MAX + LISTING_ITEM_MAX + LISTING_END_MAX <=
                   (int)BODY_SOURCE_READ_MAX,
               "a read has room for each part");

static bool has_room(const struct piece *piece, size_t len)
{
    return (size_t)(piece->end - piece->to) >= len;
}

/* Takes so many of the steps that are left, unless the time is over. */
static bool takes_steps(struct piece *piece, unsigned count)
{
    unsigned before = piece->steps;

    if (before < count)
        return false;
    piece->steps -= count;
    return before / STEPS_BETWEEN_CLOCKS ==
               piece->steps / STEPS_BETWEEN_CLOCKS ||
           clock_now_us() < piece->ends_us;
}

static bool is_left_out(const struct listing_body *body,
                        const struct folder_name *name)
{
    return name->name[0] == '.' || name->kind == FOLDER_KIND_NONE ||
           (body->is_root && (strcmp(name->name, "_headers") == 0 ||
                              strcmp(name->name, "_redirects") == 0));
}

/* Looks at what has this name. Returns false if nothing is served there. */
static bool look(struct listing_body *body, const char *name,
                 struct listing_item *item)
{
    struct folder_status status;

    if (folder_reader_look(body->reader, name, &status) < 0)
        return false;
    item->is_folder = status.kind == FOLDER_KIND_FOLDER;
    item->size = status.size;
    item->mtime_s = status.mtime_s;
    return true;
}

enum found { FOUND_ITEM, FOUND_NONE, FOUND_END, FOUND_ERROR };

/* Reads the next name. It is looked at only if that is asked for, or if the
 * folder does not tell its kind. */
static enum found read_item(struct listing_body *body, bool looks,
                            struct listing_item *item)
{
    struct folder_name name;
    int got = folder_reader_next(body->reader, &name);

    if (got != 1)
        return got == 0 ? FOUND_END : FOUND_ERROR;
    if (is_left_out(body, &name))
        return FOUND_NONE;
    *item = (struct listing_item){
        .name = {name.name, name.len},
        .is_folder = name.kind == FOLDER_KIND_FOLDER,
    };
    if ((looks || name.kind == FOLDER_KIND_UNKNOWN) &&
        !look(body, name.name, item))
        return FOUND_NONE;
    return FOUND_ITEM;
}

/* The item is one too many to be sorted. */
static void keep_extra(struct listing_body *body,
                       const struct listing_item *item)
{
    assert(item->name.len <= NAME_MAX);
    body->page.is_sorted = false;
    body->extra = *item;
    memcpy(body->extra_name, item->name.at, item->name.len);
    body->extra_name[item->name.len] = '\0';
    body->extra.name.at = body->extra_name;
}

/* Returns false if the folder cannot be read. */
static bool gather(struct listing_body *body, struct piece *piece)
{
    const bool looks = body->page.order.key != LISTING_BY_NAME;

    while (body->state == GATHER && takes_steps(piece, looks ? 2 : 1)) {
        struct listing_item item;

        switch (read_item(body, looks, &item)) {
        case FOUND_NONE:
            break;
        case FOUND_ERROR:
            return false;
        case FOUND_END:
            body->state = SORT;
            break;
        case FOUND_ITEM:
            if (listing_entries_add(&body->entries, &item))
                break;
            keep_extra(body, &item);
            body->state = BEGIN;
            break;
        }
    }
    return true;
}

static void sort(struct listing_body *body, struct piece *piece)
{
    while (body->state == SORT && takes_steps(piece, LISTING_RUN))
        if (!listing_entries_sort_run(&body->entries))
            body->state = BEGIN;
}

static void begin(struct listing_body *body, struct piece *piece)
{
    const char *from = piece->to;

    if (!has_room(piece, LISTING_BEGIN_MAX))
        return;
    body->page.is_empty = body->page.is_sorted && body->entries.count == 0;
    piece->to = body->form->begin(piece->to, &body->page);
    assert(piece->to - from <= LISTING_BEGIN_MAX);
    (void)from;
    body->state = body->page.is_sorted ? SORTED : KEPT;
}

static void put_item(struct listing_body *body, struct piece *piece,
                     const struct listing_item *item)
{
    const char *from = piece->to;

    piece->to =
        body->form->item(piece->to, &body->page, item, body->item_count++ == 0);
    assert(piece->to - from <= LISTING_ITEM_MAX);
    (void)from;
}

/* Writes an entry with what is true of it now, if it is still there. */
static void put_entry(struct listing_body *body, struct piece *piece,
                      const struct listing_entry *entry)
{
    const char *name = listing_entries_name(&body->entries, entry);
    struct listing_item item = {.name = {name, entry->name_len},
                                .is_folder = entry->is_folder,
                                .size = entry->size,
                                .mtime_s = entry->mtime_s};

    if (body->page.order.key != LISTING_BY_NAME || look(body, name, &item))
        put_item(body, piece, &item);
}

static bool may_put(struct piece *piece)
{
    return has_room(piece, LISTING_ITEM_MAX) && takes_steps(piece, 2);
}

static void put_sorted(struct listing_body *body, struct piece *piece)
{
    while (body->state == SORTED && may_put(piece)) {
        const struct listing_entry *entry =
            listing_entries_next(&body->entries);

        if (entry != NULL)
            put_entry(body, piece, entry);
        else
            body->state = END;
    }
}

static void put_kept(struct listing_body *body, struct piece *piece)
{
    while (body->state == KEPT && may_put(piece)) {
        if (body->kept_at < body->entries.count) {
            put_entry(body, piece,
                      listing_entries_at(&body->entries, body->kept_at++));
            continue;
        }
        listing_entries_drop(&body->entries);
        if (look(body, body->extra_name, &body->extra))
            put_item(body, piece, &body->extra);
        body->state = REST;
    }
}

/* Returns false if the folder cannot be read. */
static bool put_rest(struct listing_body *body, struct piece *piece)
{
    while (body->state == REST && may_put(piece)) {
        struct listing_item item;

        switch (read_item(body, true, &item)) {
        case FOUND_NONE:
            break;
        case FOUND_ERROR:
            return false;
        case FOUND_END:
            body->state = END;
            break;
        case FOUND_ITEM:
            put_item(body, piece, &item);
            break;
        }
    }
    return true;
}

/* Does what it can of each state that it comes to. Returns false if the folder
 * cannot be read. */
static bool go_on(struct listing_body *body, struct piece *piece)
{
    if (!gather(body, piece))
        return false;
    sort(body, piece);
    if (body->state == BEGIN)
        begin(body, piece);
    put_sorted(body, piece);
    put_kept(body, piece);
    return put_rest(body, piece);
}

static enum body_next listing_read(struct body_source *source, char *out,
                                   size_t size, size_t *len)
{
    struct listing_body *body = (struct listing_body *)source;
    struct piece piece = {.to = out,
                          .end = out + size,
                          .steps = LISTING_STEPS_MAX,
                          .ends_us = clock_now_us() + LISTING_READ_US};
    bool has_ended;

    assert(size >= BODY_SOURCE_READ_MAX);
    if (!go_on(body, &piece))
        return BODY_FAILS;
    has_ended = body->state == END && has_room(&piece, LISTING_END_MAX);
    if (has_ended)
        piece.to = body->form->end(piece.to, &body->page);
    assert(piece.to <= piece.end);
    *len = (size_t)(piece.to - out);
    return has_ended ? BODY_ENDS : BODY_GOES_ON;
}

static void listing_close(struct body_source *source)
{
    struct listing_body *body = (struct listing_body *)source;

    listing_entries_fini(&body->entries);
    folder_reader_close(body->reader);
    listing_budget_leave(body->budget);
    free(body);
}

/* Copies the path that is shown, with a slash in front; of a long one its end.
 */
static void copy_path(struct listing_body *body, struct bytes shown)
{
    size_t len =
        shown.len < LISTING_PATH_MAX ? shown.len : LISTING_PATH_MAX - 1;

    body->path[0] = '/';
    memcpy(body->path + 1, shown.at + shown.len - len, len);
    body->page.path = (struct bytes){body->path, len + 1};
}

static struct listing_body *body_new(struct bytes path, struct bytes shown,
                                     const struct listing_wish *wish,
                                     struct listing_budget *budget)
{
    struct listing_body *body = malloc(sizeof(*body));

    if (body == NULL)
        return NULL;
    memset(body, 0, offsetof(struct listing_body, entries));
    body->source =
        (struct body_source){.read = listing_read, .close = listing_close};
    body->budget = budget;
    body->form = wish->form;
    body->state = GATHER;
    body->kept_at = body->item_count = 0;
    body->is_root = path.len == 0;
    body->page = (struct listing_page){.order = wish->order,
                                       .is_sorted = true,
                                       .has_parent = path.len > 0,
                                       .is_portuguese = wish->is_portuguese};
    copy_path(body, shown);
    listing_entries_init(&body->entries, budget, wish->order);
    return body;
}

int listing_body_open(const struct docroot *root, struct bytes path,
                      struct bytes shown, const struct listing_wish *wish,
                      struct listing_budget *budget,
                      struct body_source **source)
{
    struct listing_body *body;
    int error = -ENOMEM;

    assert(path.len == 0 || path.at[path.len - 1] == '/');
    if (!listing_budget_enter(budget))
        return -EBUSY;
    body = body_new(path, shown, wish, budget);
    if (body != NULL)
        error = folder_reader_open(root, path, &body->reader);
    if (error < 0) {
        free(body);
        listing_budget_leave(budget);
        return error;
    }
    *source = &body->source;
    return 0;
}
