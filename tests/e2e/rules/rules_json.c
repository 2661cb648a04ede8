/* rules_json.c -- what a text of rules means to the server, as JSON
 *
 *     rules_json headers|redirects < TEXTS
 *
 * TEXTS are separated by NULs. For each, one line is written: an array of the
 * rules that hold, each with the number of its line, so that other readers of
 * the same texts can be compared (test_long_rules.py). */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "site/header_rules.h"
#include "site/redirect_rules.h"

enum { INPUT_MAX = 16 * 1024 * 1024, STRING_MAX = 8192 };

static void print_string(struct bytes text)
{
    static char out[2 + JSON_ESCAPE_MAX * STRING_MAX];

    fwrite(out, 1, (size_t)(json_put_string(out, text, STRING_MAX) - out),
           stdout);
}

/* The pattern as it could be written: "/a/:b/<star>". */
static void print_pattern(const struct rule_pattern *pattern)
{
    char text[STRING_MAX];
    size_t len = 1;

    text[0] = '/';
    for (size_t i = 0; i < pattern->piece_count; i++) {
        const struct rule_piece *piece = &pattern->pieces[i];
        const bool is_name = piece->kind == RULE_PLACEHOLDER;
        const bool is_literal = piece->kind == RULE_LITERAL;

        if (piece->kind == RULE_STAR_SEGMENT && i > 0)
            text[len++] = '/';
        len += (size_t)sprintf(text + len, "%s%.*s", is_name ? ":" : "",
                               is_name || is_literal ? (int)piece->text.len : 1,
                               is_name || is_literal ? piece->text.at : "*");
    }
    print_string((struct bytes){text, len});
}

static void print_headers(struct bytes text)
{
    struct rule_mistakes none = {.file = ""};
    struct header_rules *rules = header_rules_new();

    if (rules == NULL)
        exit(EXIT_FAILURE);
    header_rules_add_file(rules, text, &none);
    for (size_t i = 0; i < rules->rule_count; i++) {
        const struct header_rule *rule = &rules->rules[i];

        printf("%s{\"line\":%u,\"for\":", i > 0 ? "," : "", rule->line);
        print_pattern(&rule->pattern);
        printf(",\"fields\":[");
        for (size_t f = rule->first; f < rule->end; f++) {
            printf("%s[", f > rule->first ? "," : "");
            print_string(rules->fields[f].name);
            printf(",");
            print_string(rules->fields[f].value);
            printf(",%s]", rules->fields[f].is_removed ? "true" : "false");
        }
        printf("]}");
    }
    header_rules_free(rules);
}

/* The name of the wildcard with this index. */
static struct bytes name_of(const struct rule_pattern *pattern, size_t index)
{
    for (size_t i = 0; i < pattern->piece_count; i++)
        if (pattern->pieces[i].kind != RULE_LITERAL && index-- == 0)
            return pattern->pieces[i].text;
    return BYTES("");
}

/* The target as it could be written: "/a/:splat?q=:id". */
static void print_target(const struct redirect_rule *rule)
{
    char text[STRING_MAX];
    size_t len = 0;

    for (size_t i = 0; i < rule->target.piece_count; i++) {
        const struct target_piece *piece = &rule->target.pieces[i];
        struct bytes part = piece->text;

        if (piece->kind == TARGET_CAPTURE)
            part = name_of(&rule->pattern, piece->index);
        else if (piece->kind == TARGET_PARAM)
            part = rule->params[piece->index].value;
        len += (size_t)sprintf(text + len, "%s%.*s",
                               piece->kind == TARGET_LITERAL ? "" : ":",
                               (int)part.len, part.at);
    }
    print_string((struct bytes){text, len});
}

static void print_redirects(struct bytes text)
{
    struct rule_mistakes none = {.file = ""};
    struct redirect_rules *rules = redirect_rules_new(text, &none);

    if (rules == NULL)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < rules->count; i++) {
        const struct redirect_rule *rule = &rules->rules[i];

        printf("%s{\"line\":%u,\"from\":", i > 0 ? "," : "", rule->line);
        print_pattern(&rule->pattern);
        printf(",\"to\":");
        print_target(rule);
        printf(",\"status\":%d,\"force\":%s,\"query\":{", (int)rule->status,
               rule->is_forced ? "true" : "false");
        for (size_t p = 0; p < rule->param_count; p++) {
            char value[STRING_MAX];
            int len = sprintf(
                value, "%s%.*s", rule->params[p].is_captured ? ":" : "",
                (int)rule->params[p].value.len, rule->params[p].value.at);

            printf("%s", p > 0 ? "," : "");
            print_string(rule->params[p].name);
            printf(":");
            print_string((struct bytes){value, (size_t)len});
        }
        printf("}}");
    }
    redirect_rules_free(rules);
}

int main(int argc, char *argv[])
{
    static char input[INPUT_MAX];
    struct bytes rest = {input, fread(input, 1, sizeof(input), stdin)};

    if (argc != 2)
        return EXIT_FAILURE;
    while (rest.len > 0) {
        const char *end = memchr(rest.at, '\0', rest.len);
        size_t len = end != NULL ? (size_t)(end - rest.at) : rest.len;

        printf("[");
        if (strcmp(argv[1], "headers") == 0)
            print_headers((struct bytes){rest.at, len});
        else
            print_redirects((struct bytes){rest.at, len});
        printf("]\n");
        len += end != NULL ? 1 : 0;
        rest = (struct bytes){rest.at + len, rest.len - len};
    }
    return EXIT_SUCCESS;
}
