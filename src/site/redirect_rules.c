#include "site/redirect_rules.h"

#include <stdlib.h>

#include "http/target.h"
#include "site/query.h"

static const char no_memory[] = "more memory than there is";

/* --- Parsing --- */

/* A line while it is read. */
struct reading {
    struct redirect_rules *rules;
    struct rule_mistakes *mistakes;
    unsigned line;
};

/* Reports what was expected, unless it is NULL. Returns whether it is. */
static bool expect(struct reading *reading, struct bytes word,
                   const char *expected)
{
    char quoted[RULE_QUOTED_MAX];

    if (expected != NULL)
        rule_mistake(reading->mistakes, reading->line, "'%s': expected %s",
                     rule_quote(quoted, word), expected);
    return expected == NULL;
}

/* The next word; "" at the end and before a comment. */
static struct bytes next_word(struct bytes *line)
{
    struct bytes word = rule_cut_word(line);

    if (word.len > 0 && word.at[0] == '#')
        word.len = line->len = 0;
    return word;
}

static bool begins_with(struct bytes text, struct bytes start)
{
    return text.len >= start.len &&
           bytes_equal_nocase((struct bytes){text.at, start.len}, start);
}

static bool is_url(struct bytes word)
{
    return begins_with(word, BYTES("http://")) ||
           begins_with(word, BYTES("https://"));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "301" or "301!" */
static bool is_status(struct bytes word)
{
    return (word.len == 3 || (word.len == 4 && word.at[3] == '!')) &&
           is_digit(word.at[0]) && is_digit(word.at[1]) && is_digit(word.at[2]);
}

static const char *set_status(struct redirect_rule *rule, struct bytes word)
{
    static const enum status known[] = {
        STATUS_OK,        STATUS_MOVED_PERMANENTLY,  STATUS_FOUND,
        STATUS_SEE_OTHER, STATUS_TEMPORARY_REDIRECT, STATUS_PERMANENT_REDIRECT,
        STATUS_NOT_FOUND,
    };
    uint64_t number;

    rule->status = STATUS_MOVED_PERMANENTLY;
    if (word.len == 0)
        return NULL;
    if (memchr(word.at, '=', word.len) != NULL)
        return "no condition (countries, languages, roles, cookies and "
               "signatures are not supported)";
    if (!is_status(word))
        return "a status such as 301, or 301! to overrule files";
    rule->is_forced = word.len == 4;
    bytes_to_u64((struct bytes){word.at, 3}, &number);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (number == (uint64_t)known[i]) {
            rule->status = known[i];
            return NULL;
        }
    }
    return "one of the statuses 200, 301, 302, 303, 307, 308 and 404";
}

static const char *add_param(struct redirect_param *params, size_t *count,
                             struct bytes word)
{
    const char *equals = memchr(word.at, '=', word.len);
    struct redirect_param param = {.is_captured = false};
    struct bytes name;

    if (equals == NULL)
        return "a target that begins with '/', 'http://' or 'https://'";
    if (equals == word.at)
        return "a parameter's name before '='";
    if (*count == REDIRECT_PARAMS_MAX)
        return "at most 8 parameters";
    _Static_assert(REDIRECT_PARAMS_MAX == 8, "as the message says");
    param.name = (struct bytes){word.at, (size_t)(equals - word.at)};
    param.value =
        (struct bytes){equals + 1, (size_t)(word.at + word.len - equals - 1)};
    name = param.value;
    if (name.len > 1 && name.at[0] == ':') {
        name = (struct bytes){name.at + 1, name.len - 1};
        param.is_captured = rule_name_len(name) == name.len;
        if (param.is_captured)
            param.value = name;
    }
    params[(*count)++] = param;
    return NULL;
}

static const char *keep_params(struct redirect_rules *rules,
                               struct redirect_rule *rule,
                               const struct redirect_param *params,
                               size_t count)
{
    struct redirect_param *kept;

    if (count == 0)
        return NULL;
    kept = rule_arena_get(&rules->arena, count * sizeof(*kept));
    if (kept == NULL)
        return no_memory;
    for (size_t i = 0; i < count; i++) {
        kept[i] = params[i];
        kept[i].name = rule_arena_copy(&rules->arena, params[i].name);
        kept[i].value = rule_arena_copy(&rules->arena, params[i].value);
        if (kept[i].name.at == NULL || kept[i].value.at == NULL)
            return no_memory;
    }
    rule->params = kept;
    rule->param_count = count;
    return NULL;
}

/* "/admin/<star> 200" is short for "/admin/<star> /admin/:splat 200". Only a
 * 200 is. */
static const char *complete(struct bytes from, char out[RULE_PATTERN_MAX + 8],
                            struct bytes *to)
{
    if (to->at[0] != '2' || from.len < 2 || from.len > RULE_PATTERN_MAX ||
        memcmp(from.at + from.len - 2, "/*", 2) != 0)
        return "a target that begins with '/', 'http://' or 'https://'";
    memcpy(out, from.at, from.len - 1);
    memcpy(out + from.len - 1, ":splat", 6);
    *to = (struct bytes){out, from.len + 5};
    return NULL;
}

/* Whether the target is one that this status can have. */
static const char *check_target(const struct redirect_rule *rule)
{
    if (rule->target.is_absolute &&
        (rule->status == STATUS_OK || rule->status == STATUS_NOT_FOUND))
        return "a path of this site (other servers' content is not supported)";
    return NULL;
}

/* Reads what follows `from`, up to the target. Returns false, and has reported
 * it, where that is a mistake. */
static bool read_target(struct reading *reading, struct bytes from,
                        struct bytes *line, struct redirect_rule *rule,
                        char out[RULE_PATTERN_MAX + 8], struct bytes *to)
{
    struct redirect_param params[REDIRECT_PARAMS_MAX];
    struct bytes before = *line;
    size_t count = 0;

    *to = next_word(line);
    if (is_status(*to)) {
        *line = before;
        return expect(reading, *to, complete(from, out, to));
    }
    while (to->len > 0 && to->at[0] != '/' && !is_url(*to)) {
        if (!expect(reading, *to, add_param(params, &count, *to)))
            return false;
        *to = next_word(line);
    }
    if (to->len == 0)
        return expect(reading, from, "a target behind the path");
    return expect(reading, *to,
                  keep_params(reading->rules, rule, params, count));
}

/* Reads a rule. Returns false, and has reported it, where there is a mistake.
 */
static bool read_rule(struct reading *reading, struct bytes line,
                      struct redirect_rule *rule)
{
    struct rule_arena *arena = &reading->rules->arena;
    struct bytes from = next_word(&line), to, status, rest;
    char forward[RULE_PATTERN_MAX + 8];

    *rule = (struct redirect_rule){.line = reading->line};
    if (is_url(from))
        return expect(reading, from,
                      "a path (rules for a host are not supported)");
    if (!expect(reading, from,
                rule_pattern_parse(from, arena, &rule->pattern)) ||
        !read_target(reading, from, &line, rule, forward, &to))
        return false;
    status = next_word(&line);
    rest = next_word(&line);
    if (!expect(reading, status, set_status(rule, status)))
        return false;
    if (rest.len > 0)
        return expect(reading, rest,
                      "nothing behind the status (countries, languages, "
                      "roles, cookies and signatures are not supported)");
    return expect(reading, to,
                  redirect_target_parse(to, &rule->pattern, rule->params,
                                        rule->param_count, arena,
                                        &rule->target)) &&
           expect(reading, to, check_target(rule));
}

static bool add(struct redirect_rules *rules, const struct redirect_rule *rule)
{
    if (rules->count == rules->room) {
        size_t room = rules->room > 0 ? 2 * rules->room : 8;
        struct redirect_rule *grown =
            realloc(rules->rules, room * sizeof(*grown));

        if (grown == NULL)
            return false;
        rules->rules = grown;
        rules->room = room;
    }
    rules->rules[rules->count++] = *rule;
    return true;
}

static bool index_rules(struct redirect_rules *rules)
{
    if (!rule_index_init(&rules->index, rules->count))
        return false;
    for (size_t i = 0; i < rules->count; i++)
        rule_index_add(&rules->index, (uint32_t)i, &rules->rules[i].pattern);
    return true;
}

static bool read_rules(struct redirect_rules *rules, struct bytes text,
                       struct rule_mistakes *mistakes)
{
    struct rule_lines lines = rule_lines_of(text);
    struct bytes line;

    while (rule_lines_next(&lines, &line)) {
        struct reading reading = {rules, mistakes, lines.number};
        struct redirect_rule rule;

        if (!read_rule(&reading, line, &rule))
            continue;
        if (rules->count == RULES_MAX)
            expect(&reading, line, "at most 20000 rules");
        else if (!add(rules, &rule))
            return false;
    }
    return index_rules(rules);
}

struct redirect_rules *redirect_rules_new(struct bytes text,
                                          struct rule_mistakes *mistakes)
{
    struct redirect_rules *rules = calloc(1, sizeof(*rules));

    _Static_assert(RULES_MAX == 20000, "as the message says");
    if (rules != NULL && !read_rules(rules, text, mistakes)) {
        redirect_rules_free(rules);
        return NULL;
    }
    return rules;
}

void redirect_rules_free(struct redirect_rules *rules)
{
    if (rules == NULL)
        return;
    rule_index_fini(&rules->index);
    rule_arena_free(&rules->arena);
    free(rules->rules);
    free(rules);
}

/* --- Finding --- */

static bool params_match(const struct redirect_rule *rule, struct bytes query,
                         struct redirect_values *values)
{
    for (size_t i = 0; i < rule->param_count; i++) {
        const struct redirect_param *param = &rule->params[i];

        if (!query_find(query, param->name, &values->params[i]))
            return false;
        if (param->is_captured ? values->params[i].len == 0
                               : !query_equal(values->params[i], param->value))
            return false;
    }
    return true;
}

struct bytes redirect_query(const struct redirect_rule *rule,
                            struct bytes query)
{
    return rule->target.has_query || rule->param_count > 0 ? BYTES("") : query;
}

/* Whether the rule would lead to where the request is already: for a rewrite,
 * the same path; for a redirect, the same query too. */
static bool leads_nowhere(const struct redirect_rule *rule,
                          const struct redirect_request *request,
                          const struct redirect_values *values)
{
    struct bytes query = redirect_query(rule, request->query);
    struct target target;
    char *hash;
    size_t len;

    if (rule->target.is_absolute)
        return false;
    len = redirect_target_format(&rule->target, values, query, request->scratch,
                                 request->scratch_size);
    if (len == 0)
        return false;
    hash = memchr(request->scratch, '#', len);
    if (hash != NULL)
        len = (size_t)(hash - request->scratch);
    return target_parse((struct bytes){request->scratch, len}, request->scratch,
                        &target) == TARGET_PATH &&
           bytes_equal(target.path, request->path) &&
           (rule->status == STATUS_OK || rule->status == STATUS_NOT_FOUND ||
            bytes_equal(target.query, request->query));
}

static bool matches(const struct redirect_rule *rule, bool is_whole,
                    const struct redirect_request *request,
                    struct redirect_values *values)
{
    if (rule->pattern.is_literal
            ? !is_whole
            : !rule_pattern_match(&rule->pattern, request->path,
                                  &values->captures))
        return false;
    return params_match(rule, request->query, values) &&
           !leads_nowhere(rule, request, values);
}

const struct redirect_rule *
redirect_rules_find(const struct redirect_rules *rules,
                    const struct redirect_request *request,
                    struct redirect_values *values)
{
    struct rule_search search = rule_search_begin(&rules->index, request->path);
    uint32_t found = RULE_NONE, i;
    struct redirect_values tried;
    bool is_whole;

    while ((i = rule_search_next(&search, &is_whole)) != RULE_NONE) {
        for (; i < found; i = rules->index.next[i]) {
            if (!matches(&rules->rules[i], is_whole, request, &tried))
                continue;
            *values = tried;
            found = i;
            break;
        }
    }
    return found != RULE_NONE ? &rules->rules[found] : NULL;
}
