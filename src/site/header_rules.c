#include "site/header_rules.h"

#include <stdlib.h>

static const char no_memory[] = "more memory than there is";

struct header_rules *header_rules_new(void)
{
    return calloc(1, sizeof(struct header_rules));
}

void header_rules_free(struct header_rules *rules)
{
    if (rules == NULL)
        return;
    rule_index_fini(&rules->index);
    rule_arena_free(&rules->arena);
    free(rules->rules);
    free(rules->fields);
    free(rules);
}

/* Makes room for one more thing of this size. */
static bool grow(void **things, size_t count, size_t *room, size_t size)
{
    size_t more = *room > 0 ? 2 * *room : 8;
    void *grown;

    if (count < *room)
        return true;
    grown = realloc(*things, more * size);
    if (grown == NULL)
        return false;
    *things = grown;
    *room = more;
    return true;
}

/* Begins a rule, without fields. Returns NULL, or what is wrong. */
static const char *begin_rule(struct header_rules *rules, struct bytes text,
                              const char *source, unsigned line)
{
    struct header_rule rule = {.source = source,
                               .line = line,
                               .first = rules->field_count,
                               .end = rules->field_count};
    const char *wrong = rule_pattern_parse(text, &rules->arena, &rule.pattern);
    void *things = rules->rules;

    if (wrong != NULL)
        return wrong;
    if (rules->rule_count == RULES_MAX)
        return "at most 20000 rules";
    _Static_assert(RULES_MAX == 20000, "as the message says");
    if (!grow(&things, rules->rule_count, &rules->rule_room, sizeof(rule)))
        return no_memory;
    rules->rules = things;
    rules->rules[rules->rule_count++] = rule;
    return NULL;
}

/* Adds a field to the last rule. Returns NULL, or what is wrong. */
static const char *add_field(struct header_rules *rules, struct bytes line)
{
    struct header_rule *rule = &rules->rules[rules->rule_count - 1];
    void *things = rules->fields;
    struct header_field field;
    const char *wrong;

    assert(rules->rule_count > 0 && rule->end == rules->field_count);
    line = rule_arena_copy(&rules->arena, line);
    if (line.at == NULL)
        return no_memory;
    wrong = header_field_parse(line, &field);
    if (wrong != NULL)
        return wrong;
    if (!grow(&things, rules->field_count, &rules->field_room, sizeof(field)))
        return no_memory;
    rules->fields = things;
    rules->fields[rules->field_count++] = field;
    rule->end = rules->field_count;
    return NULL;
}

static bool begins_with(struct bytes line, struct bytes start)
{
    return line.len >= start.len &&
           bytes_equal_nocase((struct bytes){line.at, start.len}, start);
}

/* Whether the line begins a rule for a host, as Cloudflare has them. */
static bool names_host(struct bytes line)
{
    return begins_with(line, BYTES("https://")) ||
           begins_with(line, BYTES("http://"));
}

/* Where the fields that follow belong. */
enum reading { BEFORE_ALL, IN_RULE, IN_MISTAKE };

void header_rules_add_file(struct header_rules *rules, struct bytes text,
                           struct rule_mistakes *mistakes)
{
    struct rule_lines lines = rule_lines_of(text);
    enum reading reading = BEFORE_ALL;
    char quoted[RULE_QUOTED_MAX];
    struct bytes line;

    while (rule_lines_next(&lines, &line)) {
        const char *wrong = NULL;

        if (names_host(line)) {
            wrong = "a path (rules for a host are not supported)";
            reading = IN_MISTAKE;
        } else if (line.at[0] == '/') {
            wrong = begin_rule(rules, line, mistakes->file, lines.number);
            reading = wrong == NULL ? IN_RULE : IN_MISTAKE;
        } else if (reading == IN_RULE) {
            wrong = add_field(rules, line);
        } else if (reading == BEFORE_ALL) {
            wrong = "a path that begins with '/', before any field";
        }
        if (wrong != NULL)
            rule_mistake(mistakes, lines.number, "'%s': expected %s",
                         rule_quote(quoted, line), wrong);
    }
}

const char *header_rules_add_line(struct header_rules *rules, struct bytes text,
                                  const char *source, unsigned number)
{
    struct bytes pattern = rule_cut_word(&text);
    const char *wrong = begin_rule(rules, pattern, source, number);

    if (wrong == NULL)
        wrong = add_field(rules, bytes_trim(text));
    return wrong;
}

bool header_rules_index(struct header_rules *rules)
{
    if (!rule_index_init(&rules->index, rules->rule_count))
        return false;
    for (size_t i = 0; i < rules->rule_count; i++)
        rule_index_add(&rules->index, (uint32_t)i, &rules->rules[i].pattern);
    return true;
}

/* Inserts a number where it belongs, so that they are in order. */
static void insert(uint32_t *numbers, size_t count, uint32_t number)
{
    while (count > 0 && numbers[count - 1] > number) {
        numbers[count] = numbers[count - 1];
        count--;
    }
    numbers[count] = number;
}

size_t header_rules_match(const struct header_rules *rules, struct bytes path,
                          uint32_t numbers[HEADER_MATCHES_MAX])
{
    struct rule_search search = rule_search_begin(&rules->index, path);
    struct rule_captures captures;
    size_t count = 0;
    bool is_whole;
    uint32_t i;

    while ((i = rule_search_next(&search, &is_whole)) != RULE_NONE) {
        for (; i != RULE_NONE; i = rules->index.next[i]) {
            const struct rule_pattern *pattern = &rules->rules[i].pattern;

            if (pattern->is_literal
                    ? !is_whole
                    : !rule_pattern_match(pattern, path, &captures))
                continue;
            if (count == HEADER_MATCHES_MAX)
                return count;
            insert(numbers, count++, i);
        }
    }
    return count;
}
