/* fuzz_rules.c -- the texts of _headers and _redirects, and a request's target
 *
 * The first line of an input is the target, the rest is the text of both
 * files. */
#include "http/target.h"
#include "site/header_set.h"
#include "site/redirect_rules.h"

#include "fuzz.h"

static void take_mistake(struct rule_reader *reader, const char *text)
{
    (void)reader;
    require(text[0] != '\0', "a mistake has a text");
    for (; *text != '\0'; text++)
        require(*text >= ' ' && *text < 0x7f, "a mistake is printable");
}

static struct rule_reader reader = {take_mistake};

/* Whole field lines, and nothing that would end one early. */
static void require_lines(struct bytes lines)
{
    while (lines.len > 0) {
        const char *end = memchr(lines.at, '\r', lines.len);
        const char *colon = memchr(lines.at, ':', lines.len);
        size_t len;

        require(end != NULL && colon != NULL && colon < end, "a field line");
        require(colon > lines.at && colon[1] == ' ', "a name, and a value");
        len = (size_t)(end - lines.at) + 2;
        require(len <= lines.len && end[1] == '\n', "a line has its end");
        for (const char *at = lines.at; at < end; at++)
            require((unsigned char)*at >= ' ' || *at == '\t', "no control");
        lines = (struct bytes){lines.at + len, lines.len - len};
    }
}

static void try_headers(struct bytes text, struct bytes path)
{
    struct rule_mistakes mistakes = {.reader = &reader, .file = "_headers"};
    struct header_rules *rules = header_rules_new();
    struct header_sets sets = {.count = 0};
    uint32_t numbers[HEADER_MATCHES_MAX];
    const struct header_set *set;
    size_t count;
    bool is_new;

    require(rules != NULL, "there is memory");
    header_rules_add_file(rules, text, &mistakes);
    rule_mistakes_end(&mistakes);
    require(header_rules_index(rules), "there is memory");
    count = header_rules_match(rules, path, numbers);
    for (size_t i = 1; i < count; i++)
        require(numbers[i - 1] < numbers[i], "rules match in their order");
    if (count > 0) {
        set = header_sets_get(&sets, rules, numbers, count, &is_new);
        require(set != NULL && is_new, "a set is made");
        require(set->lines.len <= HEADER_LINES_MAX, "lines are bounded");
        require_lines(set->lines);
        require(header_sets_get(&sets, rules, numbers, count, &is_new) == set,
                "a set is remembered");
    }
    header_sets_clear(&sets);
    header_rules_free(rules);
}

static void require_reference(const struct redirect_target *target,
                              struct bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        require(text.at[i] > ' ' && text.at[i] < 0x7f,
                "a reference is printable");
    if (target->is_absolute) {
        require(text.len > 7 && bytes_lower(text.at[0]) == 'h' &&
                    memchr(text.at, ':', 6) != NULL,
                "another server by http or https");
        return;
    }
    require(text.at[0] == '/', "a path begins with a slash");
    require(text.len == 1 || (text.at[1] != '/' && text.at[1] != '\\'),
            "a path names no host");
}

static void try_redirects(struct bytes text, const struct target *target)
{
    static char scratch[65536];
    struct rule_mistakes mistakes = {.reader = &reader, .file = "_redirects"};
    struct redirect_rules *rules = redirect_rules_new(text, &mistakes);
    struct redirect_request request = {target->path, target->query, scratch,
                                       sizeof(scratch)};
    const struct redirect_rule *rule;
    struct redirect_values values;
    size_t len;

    require(rules != NULL, "there is memory");
    rule_mistakes_end(&mistakes);
    rule = redirect_rules_find(rules, &request, &values);
    if (rule != NULL) {
        len = redirect_target_format(&rule->target, &values,
                                     redirect_query(rule, target->query),
                                     scratch, sizeof(scratch));
        if (len > 0)
            require_reference(&rule->target, (struct bytes){scratch, len});
    }
    redirect_rules_free(rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices choices = {data, size};
    struct bytes raw = fuzz_copy(choose_line(&choices));
    struct bytes text =
        fuzz_copy((struct bytes){(const char *)choices.at, choices.len});
    char *path = malloc(raw.len);
    struct target target;

    require(path != NULL || raw.len == 0, "there is memory");
    if (target_parse(raw, path, &target) == TARGET_PATH) {
        try_headers(text, target.path);
        try_redirects(text, &target);
    }
    free(path);
    fuzz_free(text);
    fuzz_free(raw);
    return 0;
}
