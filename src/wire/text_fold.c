#include "wire/text_fold.h"

#include "base/put.h"

/* The columns of the first part, and in *len its bytes: it ends before two
 * spaces. */
static size_t part_width(struct bytes line, size_t *len)
{
    size_t width = 0, i = 0;

    while (i < line.len) {
        if (line.at[i] == ' ' && i + 1 < line.len && line.at[i + 1] == ' ')
            break;
        if (line.at[i] == '\33')
            while (i + 1 < line.len && line.at[i] != 'm')
                i++;
        else
            width++;
        i++;
    }
    *len = i;
    return width;
}

static size_t spaces(struct bytes line)
{
    size_t count = 0;

    while (count < line.len && line.at[count] == ' ')
        count++;
    return count;
}

static char *put_spaces(char *out, size_t count)
{
    while (count-- > 0)
        out = put_char(out, ' ');
    return out;
}

char *text_fold(char *out, struct bytes line, size_t indent)
{
    size_t column = 0;

    while (line.len > 0) {
        size_t before = spaces(line), len, width;

        line.at += before;
        line.len -= before;
        width = part_width(line, &len);
        if (column > indent && column + before + width > TEXT_FOLD_WIDTH) {
            out = put_spaces(put_char(out, '\n'), indent);
            column = indent;
        } else {
            out = put_spaces(out, before);
            column += before;
        }
        out = put_bytes(out, (struct bytes){line.at, len});
        line.at += len;
        line.len -= len;
        column += width;
    }
    return out;
}
