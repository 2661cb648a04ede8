#include "site/redirect_target.h"

#include "http/target.h"
#include "site/query.h"

enum { PIECES_MAX = 64 };

/* --- Compiling --- */

enum part { IN_PATH, IN_QUERY, IN_FRAGMENT };

/* Where the pieces are made. The last literal begins at `literal`. */
struct compiler {
    const struct rule_pattern *pattern;
    const struct redirect_param *params;
    size_t param_count;
    char *out; /* room for each byte escaped */
    size_t len, literal;
    enum part part;
    size_t count, fragment;
    bool has_query;
    struct target_piece pieces[PIECES_MAX];
};

static bool add_piece(struct compiler *c, enum target_piece_kind kind,
                      size_t index, struct bytes text)
{
    if (c->count == PIECES_MAX)
        return false;
    c->pieces[c->count++] =
        (struct target_piece){kind, c->part != IN_PATH, (uint8_t)index, text};
    return true;
}

static bool end_literal(struct compiler *c)
{
    struct bytes text = {c->out + c->literal, c->len - c->literal};

    c->literal = c->len;
    return text.len == 0 || add_piece(c, TARGET_LITERAL, 0, text);
}

static char *put_escape(char *to, char c)
{
    static const char hex[] = "0123456789ABCDEF"; /* RFC 3986, 2.1: capitals */

    *to++ = '%';
    *to++ = hex[(unsigned char)c >> 4];
    *to++ = hex[(unsigned char)c & 15];
    return to;
}

/* Whether a URL may have this character, except for '%'. */
static bool is_of_url(char c)
{
    return c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}%", c) == NULL;
}

static const char *add_character(struct compiler *c, struct bytes rest)
{
    char character = rest.at[0];

    if ((unsigned char)character < ' ' || character == 0x7f)
        return "a target without control characters";
    if (character == '%' &&
        (rest.len < 3 || bytes_hex_digit(rest.at[1]) == BYTES_NO_DIGIT ||
         bytes_hex_digit(rest.at[2]) == BYTES_NO_DIGIT))
        return "two hexadecimal digits after '%' in the target";
    if (character == '%' || is_of_url(character))
        c->out[c->len++] = character;
    else
        c->len = (size_t)(put_escape(c->out + c->len, character) - c->out);
    return NULL;
}

static bool find_param(const struct compiler *c, struct bytes name,
                       size_t *index)
{
    for (*index = 0; *index < c->param_count; ++*index)
        if (c->params[*index].is_captured &&
            bytes_equal(c->params[*index].value, name))
            return true;
    return false;
}

/* Adds the placeholder with this name, if there is one. Returns false where the
 * colon is a character. */
static bool add_placeholder(struct compiler *c, struct bytes name,
                            const char **wrong)
{
    bool begins_segment =
        c->len > 0 && c->out[c->len - 1] == '/' && c->literal < c->len;
    enum target_piece_kind kind = TARGET_CAPTURE;
    size_t index;

    if (name.len == 0)
        return false;
    if (!rule_pattern_find(c->pattern, name, &index)) {
        if (!find_param(c, name, &index)) {
            if (begins_segment || bytes_equal(name, BYTES("splat")))
                *wrong =
                    "a placeholder that the rule's path or parameters have";
            return false;
        }
        kind = TARGET_PARAM;
    }
    if (!end_literal(c) || !add_piece(c, kind, index, BYTES("")))
        *wrong = "fewer placeholders in the target";
    return true;
}

static const char *begin_part(struct compiler *c, char character)
{
    if (character == '?' && c->part == IN_PATH) {
        if (!end_literal(c))
            return "fewer placeholders in the target";
        c->part = IN_QUERY;
        c->has_query = true;
    } else if (character == '#' && c->part != IN_FRAGMENT) {
        if (!end_literal(c))
            return "fewer placeholders in the target";
        c->part = IN_FRAGMENT;
        c->fragment = c->count;
    }
    return NULL;
}

static const char *add_pieces(struct compiler *c, struct bytes text)
{
    const char *wrong = NULL;

    for (size_t i = 0; i < text.len && wrong == NULL;) {
        struct bytes rest = {text.at + i, text.len - i};
        struct bytes name = {rest.at + 1, 0};

        if (rest.at[0] == ':') {
            name.len = rule_name_len((struct bytes){rest.at + 1, rest.len - 1});
            if (add_placeholder(c, name, &wrong)) {
                i += 1 + name.len;
                continue;
            }
        }
        if (wrong == NULL)
            wrong = begin_part(c, rest.at[0]);
        if (wrong == NULL)
            wrong = add_character(c, rest);
        i++;
    }
    if (wrong == NULL && !end_literal(c))
        wrong = "fewer placeholders in the target";
    if (c->part != IN_FRAGMENT)
        c->fragment = c->count;
    return wrong;
}

/* Copies the scheme and the host; *text becomes the rest. */
static const char *add_origin(struct compiler *c, struct bytes *text)
{
    size_t scheme =
        (size_t)((char *)memchr(text->at, ':', text->len) + 3 - text->at);
    size_t len = scheme;

    while (len < text->len && strchr("/?#", text->at[len]) == NULL)
        len++;
    if (len == scheme ||
        !host_is_valid((struct bytes){text->at + scheme, len - scheme}))
        return "a host after 'http://' or 'https://'";
    memcpy(c->out, text->at, len);
    c->len = len;
    *text = (struct bytes){text->at + len, text->len - len};
    return NULL;
}

static bool begins_with(struct bytes text, struct bytes start)
{
    return text.len >= start.len &&
           bytes_equal_nocase((struct bytes){text.at, start.len}, start);
}

static const char *check_path(struct bytes text)
{
    if (text.len == 0 || text.at[0] != '/')
        return "a target that begins with '/', 'http://' or 'https://'";
    if (text.len > 1 && (text.at[1] == '/' || text.at[1] == '\\'))
        return "one slash, not two: the second would begin a host";
    return NULL;
}

const char *redirect_target_parse(struct bytes text,
                                  const struct rule_pattern *pattern,
                                  const struct redirect_param *params,
                                  size_t param_count, struct rule_arena *arena,
                                  struct redirect_target *target)
{
    struct compiler c = {
        .pattern = pattern, .params = params, .param_count = param_count};
    bool is_absolute = begins_with(text, BYTES("http://")) ||
                       begins_with(text, BYTES("https://"));
    struct target_piece *pieces;
    const char *wrong;

    if (text.len > RULE_PATTERN_MAX)
        return "a target of at most 2000 bytes";
    c.out = rule_arena_get(arena, 3 * text.len + 1);
    if (c.out == NULL)
        return "more memory than there is";
    wrong = is_absolute ? add_origin(&c, &text) : check_path(text);
    if (wrong == NULL)
        wrong = add_pieces(&c, text);
    if (wrong != NULL)
        return wrong;
    pieces = rule_arena_get(arena, c.count * sizeof(*pieces));
    if (pieces == NULL)
        return "more memory than there is";
    memcpy(pieces, c.pieces, c.count * sizeof(*pieces));
    *target = (struct redirect_target){is_absolute, c.has_query, pieces,
                                       c.count, c.fragment};
    return NULL;
}

/* --- Formatting --- */

struct writer {
    char *to, *end;
    bool is_full;
};

static void write_text(struct writer *w, struct bytes text)
{
    if ((size_t)(w->end - w->to) < text.len) {
        w->is_full = true;
        return;
    }
    if (text.len > 0)
        memcpy(w->to, text.at, text.len);
    w->to += text.len;
}

/* Writes a byte of a value: as it is, if it cannot mean anything there. */
static void write_byte(struct writer *w, char c, bool is_in_query)
{
    char lower = bytes_lower(c);
    bool is_plain =
        (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
        (c != '\0' && strchr("-._~", c) != NULL) ||
        (!is_in_query && c != '\0' && strchr("!$&'()*+,;=", c) != NULL);

    if (w->end - w->to < 3)
        w->is_full = true;
    else if (is_plain)
        *w->to++ = c;
    else
        w->to = put_escape(w->to, c);
}

static void write_capture(struct writer *w, struct bytes value,
                          bool is_in_query)
{
    for (size_t i = 0; i < value.len && !w->is_full; i++) {
        if (value.at[i] == '/')
            write_text(w, BYTES("/"));
        else
            write_byte(w, value.at[i], is_in_query);
    }
}

/* A slash in a parameter's value is escaped, so that the value remains one
 * segment. */
static void write_param(struct writer *w, struct bytes value, bool is_in_query)
{
    while (value.len > 0 && !w->is_full)
        write_byte(w, query_cut(&value), is_in_query);
}

/* A literal. Where a capture before it was empty, "/:splat/x" would become
 * "//x", which is a host: then one slash is left out. */
static void write_literal(struct writer *w, const struct target_piece *piece,
                          bool is_after_empty)
{
    struct bytes text = piece->text;

    if (is_after_empty && !piece->is_in_query && text.at[0] == '/' &&
        w->to[-1] == '/')
        text = (struct bytes){text.at + 1, text.len - 1};
    write_text(w, text);
}

size_t redirect_target_format(const struct redirect_target *target,
                              const struct redirect_values *values,
                              struct bytes query, char *out, size_t size)
{
    struct writer w = {.to = out, .end = out + size};
    bool is_after_empty = false;

    for (size_t i = 0; i <= target->piece_count; i++) {
        const struct target_piece *piece = &target->pieces[i];
        char *before = w.to;

        if (i == target->fragment)
            write_text(&w, query);
        if (i == target->piece_count)
            break;
        switch (piece->kind) {
        case TARGET_LITERAL:
            write_literal(&w, piece, is_after_empty);
            break;
        case TARGET_CAPTURE:
            write_capture(&w, values->captures.at[piece->index],
                          piece->is_in_query);
            break;
        case TARGET_PARAM:
            write_param(&w, values->params[piece->index], piece->is_in_query);
            break;
        }
        is_after_empty = w.to == before;
    }
    return w.is_full ? 0 : (size_t)(w.to - out);
}
