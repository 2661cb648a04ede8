#include "files/path_hash.h"

#include <endian.h>

struct state {
    uint64_t a, b, c, d;
};

static inline uint64_t turn_left(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void mix(struct state *s)
{
    s->a += s->b;
    s->b = turn_left(s->b, 13) ^ s->a;
    s->a = turn_left(s->a, 32);
    s->c += s->d;
    s->d = turn_left(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = turn_left(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = turn_left(s->b, 17) ^ s->c;
    s->c = turn_left(s->c, 32);
}

static inline void take(struct state *s, uint64_t word)
{
    s->d ^= word;
    mix(s);
    s->a ^= word;
}

static inline uint64_t load4(const char *at)
{
    return le32toh((uint32_t)bytes_load4(at));
}

/* The last bytes, fewer than a word, with zeros behind. */
static inline uint64_t load_rest(const char *at, size_t len)
{
    uint64_t word = 0;

    if (len >= 4) /* the two halves may overlap */
        return load4(at) | load4(at + len - 4) << 8 * (len - 4);
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return word;
}

uint64_t path_hash(const struct path_hash_key *key, struct bytes path)
{
    struct state s = {
        key->word[0] ^ 0x736f6d6570736575, /* "somepseu" */
        key->word[1] ^ 0x646f72616e646f6d, /* "dorandom" */
        key->word[0] ^ 0x6c7967656e657261, /* "lygenera" */
        key->word[1] ^ 0x7465646279746573, /* "tedbytes" */
    };
    const char *at = path.at;

    for (size_t words = path.len / 8; words > 0; words--) {
        take(&s, le64toh(bytes_load8(at)));
        at += 8;
    }
    take(&s, load_rest(at, path.len % 8) | (uint64_t)path.len << 56);
    s.c ^= 0xff;
    mix(&s);
    mix(&s);
    mix(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}
