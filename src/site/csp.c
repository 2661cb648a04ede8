#include "site/csp.h"

static const struct bytes none = {NULL, 0};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct bytes drop(struct bytes text, size_t len)
{
    return (struct bytes){text.at + len, text.len - len};
}

/* Removes and returns what is before the first `end`, or all. */
static struct bytes cut(struct bytes *text, char end)
{
    const char *at = text->len > 0 ? memchr(text->at, end, text->len) : NULL;
    struct bytes part = *text;

    if (at != NULL)
        part.len = (size_t)(at - text->at);
    *text = drop(*text, part.len + (at != NULL ? 1 : 0));
    return part;
}

/* Removes and returns the first word; empty: there is none. */
static struct bytes cut_word(struct bytes *text)
{
    struct bytes word;

    while (text->len > 0 && is_space(text->at[0]))
        *text = drop(*text, 1);
    word = (struct bytes){text->at, 0};
    while (word.len < text->len && !is_space(text->at[word.len]))
        word.len++;
    *text = drop(*text, word.len);
    return word;
}

/* The first directive of that name, which is the one that counts. */
static struct bytes find(struct bytes policy, const char *name)
{
    while (policy.len > 0) {
        struct bytes directive = cut(&policy, ';'), rest = directive;

        if (bytes_equal_nocase(cut_word(&rest), bytes_of(name)))
            return directive;
    }
    return none;
}

/* Whether the directive's sources have the page's own origin. */
static bool has_self(struct bytes directive)
{
    struct bytes word;
    bool has = false;

    (void)cut_word(&directive);
    while ((word = cut_word(&directive)).len > 0) {
        if (bytes_equal_nocase(word, BYTES("'strict-dynamic'")))
            return false; /* then 'self' does not count */
        has = has || bytes_equal_nocase(word, BYTES("'self'")) ||
              bytes_equal(word, BYTES("*")) ||
              bytes_equal_nocase(word, BYTES("http:"));
    }
    return has;
}

static bool has_word(struct bytes directive, const char *wanted)
{
    struct bytes word;

    while ((word = cut_word(&directive)).len > 0)
        if (bytes_equal_nocase(word, bytes_of(wanted)))
            return true;
    return false;
}

/* The first of these directives that there is; it must have 'self'. */
static struct bytes refusal_by(struct bytes policy, const char *const names[])
{
    for (; *names != NULL; names++) {
        struct bytes directive = find(policy, *names);

        if (directive.at != NULL)
            return has_self(directive) ? none : directive;
    }
    return none;
}

/* Of one policy. A sandbox has no origin unless it says so. */
static struct bytes refusal(struct bytes policy)
{
    static const char *const scripts[] = {"script-src-elem", "script-src",
                                          "default-src", NULL};
    static const char *const connections[] = {"connect-src", "default-src",
                                              NULL};
    struct bytes sandbox = find(policy, "sandbox");
    struct bytes found = refusal_by(policy, scripts);

    if (sandbox.at != NULL && (!has_word(sandbox, "allow-scripts") ||
                               !has_word(sandbox, "allow-same-origin")))
        return bytes_trim(sandbox);
    if (found.at == NULL)
        found = refusal_by(policy, connections);
    return found.at == NULL ? none : bytes_trim(found);
}

struct bytes csp_refusal(struct bytes policy)
{
    while (policy.len > 0) {
        struct bytes found = refusal(cut(&policy, ','));

        if (found.at != NULL)
            return found;
    }
    return none;
}

/* --- In a page --- */

static bool begins_with(struct bytes text, const char *word)
{
    size_t len = strlen(word);

    return text.len >= len &&
           bytes_equal_nocase((struct bytes){text.at, len}, bytes_of(word));
}

/* Removes and returns an attribute's value, with or without quotes. */
static struct bytes cut_value(struct bytes *tag)
{
    struct bytes value;
    char quote;

    while (tag->len > 0 && is_space(tag->at[0]))
        *tag = drop(*tag, 1);
    quote = tag->len > 0 ? tag->at[0] : '\0';
    if (quote == '"' || quote == '\'') {
        *tag = drop(*tag, 1);
        return cut(tag, quote);
    }
    value = (struct bytes){tag->at, 0};
    while (value.len < tag->len && !is_space(value.at[value.len]) &&
           value.at[value.len] != '>')
        value.len++;
    *tag = drop(*tag, value.len);
    return value;
}

/* Removes the next attribute of a tag. Returns false at the tag's end. */
static bool cut_attribute(struct bytes *tag, struct bytes *name,
                          struct bytes *value)
{
    while (tag->len > 0 && (is_space(tag->at[0]) || tag->at[0] == '/'))
        *tag = drop(*tag, 1);
    if (tag->len == 0 || tag->at[0] == '>')
        return false;
    *name = (struct bytes){tag->at, 1};
    while (name->len < tag->len && !is_space(tag->at[name->len]) &&
           tag->at[name->len] != '=' && tag->at[name->len] != '>')
        name->len++;
    *tag = drop(*tag, name->len);
    *value = none;
    while (tag->len > 0 && is_space(tag->at[0]))
        *tag = drop(*tag, 1);
    if (tag->len > 0 && tag->at[0] == '=') {
        *tag = drop(*tag, 1);
        *value = cut_value(tag);
    }
    return true;
}

/* The policy in a <meta>, whose attributes begin at `tag`; .at NULL: none. */
static struct bytes policy_of_meta(struct bytes tag)
{
    struct bytes name, value, content = none;
    bool is_policy = false;

    while (cut_attribute(&tag, &name, &value)) {
        if (bytes_equal_nocase(name, BYTES("http-equiv")))
            is_policy =
                bytes_equal_nocase(value, BYTES("Content-Security-Policy"));
        else if (bytes_equal_nocase(name, BYTES("content")))
            content = value;
    }
    return is_policy ? content : none;
}

/* Behind the comment that `page` begins with. */
static struct bytes skip_comment(struct bytes page)
{
    const char *end = memmem(page.at, page.len, "-->", 3);

    return end == NULL ? (struct bytes){page.at, 0}
                       : drop(page, (size_t)(end + 3 - page.at));
}

struct bytes csp_refusal_in_page(struct bytes page)
{
    struct bytes found;

    for (;;) {
        (void)cut(&page, '<');
        if (page.len == 0 || begins_with(page, "body"))
            return none;
        if (begins_with(page, "!--"))
            page = skip_comment(page);
        if (!begins_with(page, "meta"))
            continue;
        found = csp_refusal(policy_of_meta(drop(page, 4)));
        if (found.at != NULL)
            return found;
    }
}
