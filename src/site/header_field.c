#include "site/header_field.h"

/* RFC 9110 and RFC 9112 define them; a client of HTTP would take the message
 * apart wrongly, or trust what is not so. */
static const char *const refused[] = {
    "Accept-Ranges",
    "Age",
    "Allow",
    "Connection",
    "Content-Range",
    "Content-Encoding",
    "Content-Length",
    "Date",
    "ETag",
    "Keep-Alive",
    "Last-Modified",
    "Location",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    NULL,
};

static const struct {
    const char *name;
    enum header_field_kind kind;
} kinds[] = {
    {"Cache-Control", HEADER_CACHE_CONTROL},
    {"Content-Type", HEADER_CONTENT_TYPE},
    {"X-Content-Type-Options", HEADER_NOSNIFF},
    {"Vary", HEADER_VARY},
    {"Set-Cookie", HEADER_COOKIE},
};

/* RFC 9110, 5.6.2: a token. */
static bool is_token(struct bytes text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i], lower = bytes_lower(c);

        if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') &&
            memchr(others, c, sizeof(others) - 1) == NULL)
            return false;
    }
    return text.len > 0;
}

/* RFC 9110, 5.5: no control character but the tab. */
static bool is_value(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static const char *why_refused(struct bytes name)
{
    for (size_t i = 0; refused[i] != NULL; i++)
        if (bytes_equal_nocase(name, bytes_of(refused[i])))
            return "a field that HTTP does not set itself";
    if (bytes_equal_nocase(name, BYTES("Basic-Auth")))
        return "no password (Basic-Auth is not supported)";
    return NULL;
}

static enum header_field_kind kind_of(struct bytes name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (bytes_equal_nocase(name, bytes_of(kinds[i].name)))
            return kinds[i].kind;
    return HEADER_OTHER;
}

static const char *parse_removal(struct bytes line, struct header_field *field)
{
    field->name = bytes_trim((struct bytes){line.at + 1, line.len - 1});
    field->value = BYTES("");
    field->is_removed = true;
    if (!is_token(field->name))
        return "'! Name', to remove a field";
    field->kind = kind_of(field->name);
    if (field->kind == HEADER_CONTENT_TYPE)
        return "a value for Content-Type, which cannot be removed";
    return why_refused(field->name);
}

const char *header_field_parse(struct bytes line, struct header_field *field)
{
    const char *colon = memchr(line.at, ':', line.len);
    const char *end = line.at + line.len;

    if (line.len > 0 && line.at[0] == '!')
        return parse_removal(line, field);
    if (colon == NULL)
        return "a path that begins with '/', or 'Name: value'";
    *field = (struct header_field){
        .name = bytes_trim((struct bytes){line.at, (size_t)(colon - line.at)}),
        .value =
            bytes_trim((struct bytes){colon + 1, (size_t)(end - colon - 1)}),
    };
    if (!is_token(field->name))
        return "the name of a field before ':'";
    if (field->value.len == 0)
        return "a value after ':' ('! Name' removes a field)";
    if (!is_value(field->value))
        return "a value without control characters";
    field->kind = kind_of(field->name);
    return why_refused(field->name);
}
