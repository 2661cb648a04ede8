#include "wire/ring.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "suite.h"

enum {
    SIZE = RING_SIZE_MIN,
    HEADER_LEN = 24,     /* what a record takes beside its bytes */
    STRESS_COUNT = 6000, /* records */
    STRESS_READERS = 3,
    STRESS_LEN_MAX = 9000, /* long enough to be overtaken while it is copied */
};

/* Each byte of a record is known from its number, and differs from that of the
 * records around it. */
static char byte_of(uint64_t number, size_t i)
{
    return (char)(number * 131 + number / 256 * 7 + i * 29);
}

static void write_one(struct ring *ring, uint64_t number, size_t len)
{
    static _Thread_local char bytes[RING_RECORD_MAX];

    for (size_t i = 0; i < len; i++)
        bytes[i] = byte_of(number, i);
    ring_write(ring, (int64_t)number * 10, bytes, len);
}

static void check_bytes(const struct ring_record *record, const char *bytes)
{
    ck_assert_int_eq(record->time_us, (int64_t)record->number * 10);
    for (size_t i = 0; i < record->len; i++)
        if (bytes[i] != byte_of(record->number, i))
            ck_abort_msg("record %llu, byte %zu of %zu is another's",
                         (unsigned long long)record->number, i, record->len);
}

/* Reads the next record, which must be there, whole, and of this length. */
static uint64_t read_one(struct ring_reader *reader, size_t len)
{
    static char bytes[RING_RECORD_MAX];
    struct ring_record record;

    ck_assert(ring_peek(reader, &record));
    ck_assert_uint_eq(record.len, len);
    ck_assert(ring_take(reader, &record, bytes));
    check_bytes(&record, bytes);
    return record.number;
}

static void check_empty(struct ring_reader *reader)
{
    struct ring_record record;

    ck_assert(!ring_peek(reader, &record));
}

START_TEST(nothing_then_one_then_nothing)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;

    ring_reader_init(&reader, ring);
    check_empty(&reader);
    write_one(ring, 0, 5);
    ck_assert_uint_eq(read_one(&reader, 5), 0);
    check_empty(&reader);
    write_one(ring, 1, 0);
    ck_assert_uint_eq(read_one(&reader, 0), 1);
    check_empty(&reader);
    ck_assert_uint_eq(reader.missed, 0);
    ring_free(ring);
}
END_TEST

START_TEST(peek_leaves_the_record_where_it_is)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;
    struct ring_record record;

    ring_reader_init(&reader, ring);
    write_one(ring, 0, 5);
    write_one(ring, 1, 6);
    ck_assert(ring_peek(&reader, &record));
    ck_assert(ring_peek(&reader, &record));
    ck_assert_uint_eq(record.number, 0);
    ck_assert_uint_eq(read_one(&reader, 5), 0);
    ck_assert_uint_eq(read_one(&reader, 6), 1);
    ck_assert_uint_eq(reader.missed, 0);
    ring_free(ring);
}
END_TEST

/* Lengths that are no multiple of a word, so that records begin and end, and
 * come round the ring's end, at every place that there is. */
START_TEST(records_of_all_lengths_come_round_whole)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;

    ring_reader_init(&reader, ring);
    for (uint64_t number = 0; number < 3000; number++) {
        size_t len = (size_t)(number * 7 % 701);

        write_one(ring, number, len);
        ck_assert_uint_eq(read_one(&reader, len), number);
    }
    ck_assert_uint_eq(reader.missed, 0);
    ring_free(ring);
}
END_TEST

START_TEST(longest_records_come_round_whole)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;

    ring_reader_init(&reader, ring);
    for (uint64_t number = 0; number < 50; number++) {
        write_one(ring, number, RING_RECORD_MAX - (size_t)number % 9);
        read_one(&reader, RING_RECORD_MAX - (size_t)number % 9);
    }
    ck_assert_uint_eq(reader.missed, 0);
    ring_free(ring);
}
END_TEST

/* With a length that divides the ring, how many fit is known. */
START_TEST(ring_holds_all_that_fits_and_not_one_more)
{
    enum { LEN = 1024 - HEADER_LEN, FIT = SIZE / 1024 };
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;

    ring_reader_init(&reader, ring);
    for (uint64_t number = 0; number < FIT; number++)
        write_one(ring, number, LEN);
    ck_assert_uint_eq(read_one(&reader, LEN), 0);
    ck_assert_uint_eq(reader.missed, 0);

    ring_reader_init(&reader, ring);
    write_one(ring, FIT, LEN);
    ck_assert_uint_eq(read_one(&reader, LEN), 1);
    ck_assert_uint_eq(reader.missed, 1);
    for (uint64_t number = 2; number <= FIT; number++)
        ck_assert_uint_eq(read_one(&reader, LEN), number);
    check_empty(&reader);
    ring_free(ring);
}
END_TEST

START_TEST(overrun_reader_knows_how_many_it_missed)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;
    uint64_t number = 0, read = 0, last = 0;
    struct ring_record record;
    char bytes[700];

    ring_reader_init(&reader, ring);
    for (int round = 1; round <= 40; round++) {
        for (int i = 0; i < round * 20; i++, number++)
            write_one(ring, number, 600 + (size_t)number % 100);
        for (int i = 0; i < 10; i++, read++) {
            ck_assert(ring_peek(&reader, &record));
            ck_assert(ring_take(&reader, &record, bytes));
            check_bytes(&record, bytes);
            ck_assert_uint_eq(record.number, read + reader.missed);
            last = record.number;
        }
    }
    ck_assert_uint_gt(reader.missed, 0);
    while (last + 1 < number) {
        ck_assert(ring_peek(&reader, &record));
        ck_assert(ring_take(&reader, &record, bytes));
        last = record.number;
        read++;
    }
    check_empty(&reader);
    ck_assert_uint_eq(read + reader.missed, number);
    ring_free(ring);
}
END_TEST

START_TEST(record_that_is_overwritten_between_peek_and_take_is_missed)
{
    enum { LEN = 1024 - HEADER_LEN, FIT = SIZE / 1024 };
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;
    struct ring_record record;
    char bytes[LEN];

    ring_reader_init(&reader, ring);
    for (uint64_t number = 0; number < FIT; number++)
        write_one(ring, number, LEN);
    ck_assert(ring_peek(&reader, &record));
    write_one(ring, FIT, LEN);
    ck_assert(!ring_take(&reader, &record, bytes));
    ck_assert_uint_eq(read_one(&reader, LEN), 1);
    ck_assert_uint_eq(reader.missed, 1);
    ring_free(ring);
}
END_TEST

START_TEST(late_reader_starts_at_the_oldest_and_has_missed_nothing)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader reader;
    uint64_t first;

    for (uint64_t number = 0; number < 1000; number++)
        write_one(ring, number, 1000);
    ring_reader_init(&reader, ring);
    first = read_one(&reader, 1000);
    ck_assert_uint_eq(first, 1000 - SIZE / (1000 + HEADER_LEN));
    ck_assert_uint_eq(reader.missed, 0);
    for (uint64_t number = first + 1; number < 1000; number++)
        ck_assert_uint_eq(read_one(&reader, 1000), number);
    check_empty(&reader);
    ring_free(ring);
}
END_TEST

/* From the start on, not from the first look: what it could have had and was
 * too late for counts. */
START_TEST(reader_misses_what_came_after_its_start)
{
    struct ring *ring = ring_new(SIZE);
    struct ring_reader early, late;

    ring_reader_init(&early, ring);
    write_one(ring, 0, 1000);
    ring_reader_init(&late, ring);
    for (uint64_t number = 1; number < 1000; number++)
        write_one(ring, number, 1000);
    ck_assert_uint_eq(early.missed + late.missed, 0);
    ck_assert_uint_eq(read_one(&early, 1000), early.missed);
    ck_assert_uint_eq(read_one(&late, 1000), late.missed);
    ck_assert_uint_gt(late.missed, 0);
    ring_free(ring);
}
END_TEST

/* --- One writer and some readers at once --- */

struct stress {
    struct ring *ring;
    atomic_bool is_over;
};

struct stress_reader {
    struct stress *stress;
    struct ring_reader reader;
    pthread_t thread;
    uint64_t taken, torn; /* torn: seen by ring_take, and thrown away */
    unsigned pause;       /* turns of doing nothing behind each record */
};

static void *write_all(void *arg)
{
    struct stress *stress = arg;

    for (uint64_t number = 0; number < STRESS_COUNT; number++)
        write_one(stress->ring, number, number * 37 % STRESS_LEN_MAX);
    atomic_store(&stress->is_over, true);
    return NULL;
}

static void take_one(struct stress_reader *r, const struct ring_record *record)
{
    char bytes[STRESS_LEN_MAX];

    ck_assert_uint_eq(record->number, r->taken + r->reader.missed);
    ck_assert_uint_eq(record->len, record->number * 37 % STRESS_LEN_MAX);
    if (!ring_take(&r->reader, record, bytes)) {
        r->torn++;
        return;
    }
    check_bytes(record, bytes);
    r->taken++;
    for (atomic_uint i = 0; i < r->pause; i++)
        continue;
}

/* Once the writer is over, all that is left stands still and can be read. */
static void *read_all(void *arg)
{
    struct stress_reader *r = arg;
    struct ring_record record;
    bool is_over;

    do {
        is_over = atomic_load(&r->stress->is_over);
        while (ring_peek(&r->reader, &record))
            take_one(r, &record);
    } while (!is_over);
    return NULL;
}

START_TEST(no_record_is_torn_and_each_is_read_or_missed)
{
    struct stress stress = {.ring = ring_new(SIZE)};
    struct stress_reader readers[STRESS_READERS];
    pthread_t writer;

    for (unsigned i = 0; i < STRESS_READERS; i++) {
        readers[i] =
            (struct stress_reader){.stress = &stress, .pause = i * i * 1000};
        ring_reader_init(&readers[i].reader, stress.ring);
        ck_assert_int_eq(
            pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), 0);
    }
    ck_assert_int_eq(pthread_create(&writer, NULL, write_all, &stress), 0);
    pthread_join(writer, NULL);
    for (unsigned i = 0; i < STRESS_READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        ck_assert_uint_eq(readers[i].taken + readers[i].reader.missed,
                          STRESS_COUNT);
        ck_assert_uint_gt(readers[i].taken, 0);
    }
    ck_assert_uint_gt(readers[STRESS_READERS - 1].reader.missed, 0);
    ring_free(stress.ring);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ring");

    suite_add_tests(suite, nothing_then_one_then_nothing,
                    peek_leaves_the_record_where_it_is,
                    records_of_all_lengths_come_round_whole,
                    longest_records_come_round_whole,
                    ring_holds_all_that_fits_and_not_one_more,
                    overrun_reader_knows_how_many_it_missed,
                    record_that_is_overwritten_between_peek_and_take_is_missed,
                    late_reader_starts_at_the_oldest_and_has_missed_nothing,
                    reader_misses_what_came_after_its_start,
                    no_record_is_torn_and_each_is_read_or_missed);
    return suite_run(suite);
}
