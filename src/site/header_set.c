#include "site/header_set.h"

#include <stdlib.h>

#include "base/put.h"

/* --- Merging --- */

static const struct header_field defaults[] = {
    {{"Cache-Control", 13}, {"no-cache", 8}, HEADER_CACHE_CONTROL, false},
    {{"X-Content-Type-Options", 22}, {"nosniff", 7}, HEADER_NOSNIFF, false},
};

/* In place of a rule's number. */
static const uint32_t by_default = UINT32_MAX, no_rule = UINT32_MAX - 1;

/* The fields that hold, each with the number of its rule. */
struct merge {
    struct {
        const struct header_field *field; /* NULL: it was replaced, or is
                                             written already */
        uint32_t rule;
    } kept[HEADER_FIELDS_MAX];
    size_t count;
    bool is_cut;
};

static bool have_same_name(const struct header_field *a,
                           const struct header_field *b)
{
    return a->kind == b->kind && bytes_equal_nocase(a->name, b->name);
}

/* Drops the fields of this name, but for those of one rule. */
static void drop(struct merge *m, const struct header_field *field,
                 uint32_t but_for)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->kept[i].field != NULL && m->kept[i].rule != but_for &&
            have_same_name(m->kept[i].field, field))
            m->kept[i].field = NULL;
}

static void keep(struct merge *m, const struct header_field *field,
                 uint32_t rule)
{
    if (m->count == HEADER_FIELDS_MAX) {
        m->is_cut = true;
        return;
    }
    m->kept[m->count].field = field;
    m->kept[m->count++].rule = rule;
}

static void merge(struct merge *m, const struct header_rules *rules,
                  const uint32_t *numbers, size_t count)
{
    m->count = 0;
    m->is_cut = false;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        keep(m, &defaults[i], by_default);
    for (size_t i = 0; i < count; i++) {
        const struct header_rule *rule = &rules->rules[numbers[i]];

        for (size_t f = rule->first; f < rule->end; f++) {
            const struct header_field *field = &rules->fields[f];

            drop(m, field, field->is_removed ? no_rule : numbers[i]);
            if (!field->is_removed)
                keep(m, field, numbers[i]);
        }
    }
}

/* --- Writing --- */

/* Puts one line: the field at `first`, and with it those of the same name.
 * Returns NULL where there is no room. */
static char *put_line(struct merge *m, size_t first, char *to, const char *end)
{
    const struct header_field *field = m->kept[first].field;

    if ((size_t)(end - to) < field->name.len + field->value.len + 4)
        return NULL;
    to = put_bytes(to, field->name);
    to = put_text(to, ": ");
    to = put_bytes(to, field->value);
    for (size_t i = first + 1; i < m->count; i++) {
        const struct header_field *other = m->kept[i].field;

        if (other == NULL || field->kind == HEADER_COOKIE ||
            !have_same_name(field, other))
            continue;
        if ((size_t)(end - to) < other->value.len + 4)
            return NULL;
        to = put_text(to, ", ");
        to = put_bytes(to, other->value);
        m->kept[i].field = NULL;
    }
    return put_text(to, "\r\n");
}

/* Puts all lines but Content-Type's. What finds no room is left out, whole. */
static size_t put_lines(struct merge *m, char out[HEADER_LINES_MAX],
                        struct bytes *type)
{
    char *to = out, *next;

    *type = (struct bytes){NULL, 0};
    for (size_t i = 0; i < m->count; i++) {
        const struct header_field *field = m->kept[i].field;

        if (field == NULL)
            continue;
        if (field->kind == HEADER_CONTENT_TYPE) {
            *type = field->value;
            continue;
        }
        next = put_line(m, i, to, out + HEADER_LINES_MAX);
        if (next != NULL)
            to = next;
        else
            m->is_cut = true;
    }
    return (size_t)(to - out);
}

static struct header_set *make(const struct header_rules *rules,
                               const uint32_t *numbers, size_t count)
{
    const size_t numbers_size = count * sizeof(*numbers);
    char lines[HEADER_LINES_MAX];
    struct header_set *set;
    struct merge m;
    struct bytes type;
    size_t len;
    char *text;

    merge(&m, rules, numbers, count);
    len = put_lines(&m, lines, &type);
    set = malloc(sizeof(*set) + numbers_size + len);
    if (set == NULL)
        return NULL;
    memcpy(set->numbers, numbers, numbers_size);
    text = (char *)set->numbers + numbers_size;
    memcpy(text, lines, len);
    set->lines = (struct bytes){text, len};
    set->type = type;
    set->count = count;
    set->is_cut = m.is_cut;
    return set;
}

/* --- Remembering --- */

static uint32_t hash_of(const uint32_t *numbers, size_t count)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < count; i++)
        hash = (hash ^ numbers[i]) * 2654435769U; /* 2^32 / golden ratio */
    return hash ^ hash >> 16;
}

const struct header_set *header_sets_get(struct header_sets *sets,
                                         const struct header_rules *rules,
                                         const uint32_t *numbers, size_t count,
                                         bool *is_new)
{
    const uint32_t hash = hash_of(numbers, count);
    struct header_set **bucket = &sets->buckets[hash % HEADER_BUCKETS], *set;

    assert(count > 0 && count <= HEADER_MATCHES_MAX);
    *is_new = false;
    for (set = *bucket; set != NULL; set = set->next)
        if (set->hash == hash && set->count == count &&
            memcmp(set->numbers, numbers, count * sizeof(*numbers)) == 0)
            return set;
    *is_new = true;
    if (sets->count == HEADER_SETS_MAX)
        header_sets_clear(sets);
    set = make(rules, numbers, count);
    if (set == NULL)
        return NULL;
    set->hash = hash;
    set->next = *bucket;
    *bucket = set;
    sets->count++;
    return set;
}

void header_sets_clear(struct header_sets *sets)
{
    for (size_t i = 0; i < HEADER_BUCKETS; i++) {
        while (sets->buckets[i] != NULL) {
            struct header_set *set = sets->buckets[i];

            sets->buckets[i] = set->next;
            free(set);
        }
    }
    sets->count = 0;
}
