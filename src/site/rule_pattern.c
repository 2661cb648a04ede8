#include "site/rule_pattern.h"

enum { PIECES_MAX = 2 * RULE_WILDCARDS_MAX + 1 };

static bool is_letter(char c)
{
    return (bytes_lower(c) >= 'a' && bytes_lower(c) <= 'z') || c == '_';
}

size_t rule_name_len(struct bytes text)
{
    size_t len = 0;

    while (len < text.len &&
           (is_letter(text.at[len]) ||
            (len > 0 && text.at[len] >= '0' && text.at[len] <= '9')))
        len++;
    return len;
}

/* --- Compiling --- */

/* Where the pieces are made. The last literal, decoded, begins at `literal`. */
struct compiler {
    char *out; /* room for the whole pattern */
    size_t len, literal;
    size_t wildcards;
    size_t count;
    struct rule_piece pieces[PIECES_MAX];
};

static void end_literal(struct compiler *c)
{
    struct bytes text = {c->out + c->literal, c->len - c->literal};

    if (text.len > 0)
        c->pieces[c->count++] = (struct rule_piece){RULE_LITERAL, text};
    c->literal = c->len;
}

static bool add_wildcard(struct compiler *c, enum rule_piece_kind kind,
                         struct bytes name)
{
    if (c->wildcards == RULE_WILDCARDS_MAX)
        return false;
    end_literal(c);
    c->wildcards++;
    c->pieces[c->count++] = (struct rule_piece){kind, name};
    assert(c->count <= PIECES_MAX);
    return true;
}

/* Adds the character at text[*i], which may be an escape, to the literal. */
static const char *add_character(struct compiler *c, struct bytes text,
                                 size_t *i)
{
    char character = text.at[*i];

    if (character == '?')
        return "a path without '?'; parameters follow it, as in id=:id";
    if (character == '#')
        return "a path without '#', which no request has";
    if (character == '%') {
        if (text.len - *i < 3 ||
            bytes_hex_digit(text.at[*i + 1]) == BYTES_NO_DIGIT ||
            bytes_hex_digit(text.at[*i + 2]) == BYTES_NO_DIGIT)
            return "two hexadecimal digits after '%'";
        character = (char)(bytes_hex_digit(text.at[*i + 1]) << 4 |
                           bytes_hex_digit(text.at[*i + 2]));
        *i += 2;
    }
    if ((unsigned char)character < ' ' || character == 0x7f)
        return "a path without control characters";
    *i += 1;
    c->out[c->len++] = character;
    return NULL;
}

static const char *add_segment(struct compiler *c, struct bytes segment)
{
    static const char too_many[] = "at most 16 stars and placeholders";
    const bool has_names = segment.at[0] == ':';
    const char *wrong = NULL;

    _Static_assert(RULE_WILDCARDS_MAX == 16, "as the message says");
    for (size_t i = 0; i < segment.len && wrong == NULL;) {
        struct bytes rest = {segment.at + i + 1, segment.len - i - 1};
        size_t name_len = 0;

        if (has_names && segment.at[i] == ':')
            name_len = rule_name_len(rest);
        if (segment.at[i] == '*') {
            if (!add_wildcard(c, RULE_STAR, BYTES("splat")))
                return too_many;
            i++;
        } else if (name_len > 0) {
            if (!add_wildcard(c, RULE_PLACEHOLDER,
                              (struct bytes){rest.at, name_len}))
                return too_many;
            i += 1 + name_len;
        } else {
            wrong = add_character(c, segment, &i);
        }
    }
    return wrong;
}

/* Compiles the segments of a path that begins with a slash. */
static const char *add_segments(struct compiler *c, struct bytes text)
{
    const char *wrong = NULL;

    while (text.len > 0 && wrong == NULL) {
        const char *slash = memchr(text.at, '/', text.len);
        size_t len = slash != NULL ? (size_t)(slash - text.at) : text.len;
        struct bytes segment = {text.at, len};

        text.at += len + (slash != NULL);
        text.len -= len + (slash != NULL);
        if (segment.len == 0)
            continue;
        if (bytes_equal(segment, BYTES("*"))) {
            if (!add_wildcard(c, RULE_STAR_SEGMENT, BYTES("splat")))
                wrong = "at most 16 stars and placeholders";
            continue;
        }
        if (c->len > 0 || c->count > 0)
            c->out[c->len++] = '/';
        wrong = add_segment(c, segment);
    }
    return wrong;
}

/* The folder of all paths that begin with `start`, but for those that are
 * `start` and no more, where a star segment follows. */
static struct bytes folder_of(struct bytes start, bool is_whole)
{
    if (is_whole)
        return start;
    while (start.len > 0 && start.at[start.len - 1] != '/')
        start.len--;
    start.len -= start.len > 0 ? 1 : 0;
    return start;
}

static void set_key(struct rule_pattern *pattern)
{
    const struct rule_piece *first = pattern->pieces;

    pattern->key = BYTES("");
    if (pattern->piece_count == 0 || first->kind != RULE_LITERAL)
        return;
    pattern->key = first->text;
    if (!pattern->is_literal)
        pattern->key =
            folder_of(first->text, first[1].kind == RULE_STAR_SEGMENT);
}

const char *rule_pattern_parse(struct bytes text, struct rule_arena *arena,
                               struct rule_pattern *pattern)
{
    struct compiler c = {.len = 0};
    struct rule_piece *pieces;
    const char *wrong;

    if (text.len == 0 || text.at[0] != '/')
        return "a path that begins with '/'";
    if (text.len > RULE_PATTERN_MAX)
        return "a path of at most 2000 bytes";
    _Static_assert(RULE_PATTERN_MAX == 2000, "as the message says");
    text = rule_arena_copy(arena, text); /* names are views into it */
    c.out = rule_arena_get(arena, text.len);
    if (text.at == NULL || c.out == NULL)
        return "more memory than there is";
    wrong = add_segments(&c, text);
    if (wrong != NULL)
        return wrong;
    end_literal(&c);
    pieces = rule_arena_get(arena, c.count * sizeof(*pieces));
    if (pieces == NULL)
        return "more memory than there is";
    memcpy(pieces, c.pieces, c.count * sizeof(*pieces));
    *pattern = (struct rule_pattern){.pieces = pieces,
                                     .piece_count = c.count,
                                     .is_literal = c.wildcards == 0};
    set_key(pattern);
    return NULL;
}

bool rule_pattern_find(const struct rule_pattern *pattern, struct bytes name,
                       size_t *index)
{
    *index = 0;
    for (size_t i = 0; i < pattern->piece_count; i++) {
        if (pattern->pieces[i].kind == RULE_LITERAL)
            continue;
        if (bytes_equal(pattern->pieces[i].text, name))
            return true;
        ++*index;
    }
    return false;
}

/* --- Matching --- */

/* A wildcard that may stand for more: the piece behind it, its capture, and
 * where that ends. */
struct retry {
    size_t piece, capture, end;
    bool is_set;
};

/* The way through the pieces and the path. Only the last star and the last
 * placeholder behind it are ever tried again: what the pieces before a star
 * matched ends as early as it can, and so does what the pieces before a
 * placeholder matched in its segment. To try those again could gain nothing. */
struct walk {
    const struct rule_pattern *pattern;
    struct bytes path;
    struct bytes *captures;
    size_t piece, at, capture;
    struct retry star, placeholder;
};

static bool pass_literal(struct walk *w, struct bytes text)
{
    if (w->path.len - w->at < text.len ||
        memcmp(w->path.at + w->at, text.at, text.len) != 0)
        return false;
    w->at += text.len;
    w->piece++;
    return true;
}

/* The wildcard stands for what lies between here and `end`, at first. */
static void pass_wildcard(struct walk *w, struct retry *retry, size_t begin,
                          size_t end)
{
    w->captures[w->capture] =
        (struct bytes){w->path.at + begin, end > begin ? end - begin : 0};
    w->piece++;
    w->capture++;
    w->at = end;
    *retry = (struct retry){w->piece, w->capture, end, true};
}

static bool pass_star(struct walk *w, size_t begin)
{
    size_t end = w->at;

    if (w->piece + 1 == w->pattern->piece_count)
        end = w->path.len;
    w->placeholder.is_set = false;
    pass_wildcard(w, &w->star, begin, end);
    return true;
}

/* A star that is a whole segment, with the slash before it. */
static bool pass_star_segment(struct walk *w)
{
    if (w->at == w->path.len || w->at == 0)
        return pass_star(w, w->at);
    return w->path.at[w->at] == '/' && pass_star(w, w->at + 1);
}

/* Passes the next piece. Returns false where it does not match here. */
static bool pass(struct walk *w)
{
    const struct rule_piece *piece = &w->pattern->pieces[w->piece];

    switch (piece->kind) {
    case RULE_LITERAL:
        return pass_literal(w, piece->text);
    case RULE_STAR:
        return pass_star(w, w->at);
    case RULE_STAR_SEGMENT:
        return pass_star_segment(w);
    case RULE_PLACEHOLDER:
        if (w->at == w->path.len || w->path.at[w->at] == '/')
            return false;
        pass_wildcard(w, &w->placeholder, w->at, w->at + 1);
        return true;
    }
    return false;
}

/* Makes the wildcard stand for one byte more, and goes on behind it. */
static void extend(struct walk *w, struct retry *retry)
{
    struct bytes *capture = &w->captures[retry->capture - 1];
    size_t begin = (size_t)(capture->at - w->path.at);

    retry->end++;
    capture->len = retry->end > begin ? retry->end - begin : 0;
    w->at = retry->end;
    w->piece = retry->piece;
    w->capture = retry->capture;
}

/* Goes back to a wildcard that may stand for more. */
static bool go_back(struct walk *w)
{
    struct retry *placeholder = &w->placeholder;

    if (placeholder->is_set && placeholder->end < w->path.len &&
        w->path.at[placeholder->end] != '/') {
        extend(w, placeholder);
        return true;
    }
    placeholder->is_set = false;
    if (!w->star.is_set || w->star.end == w->path.len)
        return false;
    extend(w, &w->star);
    return true;
}

static bool is_at_end(const struct walk *w)
{
    return w->at == w->path.len ||
           (w->at + 1 == w->path.len && w->path.at[w->at] == '/');
}

bool rule_pattern_match(const struct rule_pattern *pattern, struct bytes path,
                        struct rule_captures *captures)
{
    struct walk w = {
        .pattern = pattern, .path = path, .captures = captures->at};

    for (;;) {
        if (w.piece < pattern->piece_count ? pass(&w) : false)
            continue;
        if (w.piece == pattern->piece_count && is_at_end(&w))
            return true;
        if (!go_back(&w))
            return false;
    }
}
