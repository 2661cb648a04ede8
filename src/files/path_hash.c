#include "files/path_hash.h"

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

uint64_t path_hash(const struct path_hash_key *key, struct bytes path)
{
    struct state s = {
        key->word[0] ^ 0x736f6d6570736575, /* "somepseu" */
        key->word[1] ^ 0x646f72616e646f6d, /* "dorandom" */
        key->word[0] ^ 0x6c7967656e657261, /* "lygenera" */
        key->word[1] ^ 0x7465646279746573, /* "tedbytes" */
    };
    uint64_t word, last = (uint64_t)path.len << 56;
    const char *at = path.at;

    for (size_t left = path.len / sizeof(word); left > 0; left--) {
        memcpy(&word, at, sizeof(word));
        take(&s, word);
        at += sizeof(word);
    }
    for (size_t i = 0; i < path.len % sizeof(word); i++)
        last |= (uint64_t)(unsigned char)at[i] << (8 * i);
    take(&s, last);
    s.c ^= 0xff;
    mix(&s);
    mix(&s);
    mix(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}
