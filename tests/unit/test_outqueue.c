#include "tcp/outqueue.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

enum { TEXT_LEN = 512 };

/* A hold that counts how often it was freed. */
struct counted {
    struct hold hold; /* first: the two share their address */
    unsigned freed;
};

static void count_freed(struct hold *hold)
{
    ((struct counted *)(void *)hold)->freed++;
}

static void counted_init(struct counted *counted)
{
    counted->freed = 0;
    hold_init(&counted->hold, count_freed);
}

/* What a queue holds, one word an item: "bytes:abc view:de file:7+2". */
static const char *contents(const struct outqueue *queue, char out[TEXT_LEN])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < queue->count; i++) {
        const struct out_item *item = &queue->items[queue->first + i];
        const char *space = i == 0 ? "" : " ";

        ck_assert_uint_gt(item->left, 0);
        if (item->kind == OUT_FILE)
            len += (size_t)snprintf(out + len, TEXT_LEN - len, "%sfile:%d+%d",
                                    space, (int)item->offset, (int)item->left);
        else
            len += (size_t)snprintf(
                out + len, TEXT_LEN - len, "%s%s:%.*s", space,
                item->kind == OUT_VIEW ? "view" : "bytes", (int)item->left,
                item->kind == OUT_VIEW ? item->at
                                       : queue->bytes + item->offset);
    }
    return out;
}

static void check_contents(const struct outqueue *queue, const char *text)
{
    char out[TEXT_LEN];

    ck_assert_str_eq(contents(queue, out), text);
    ck_assert(outqueue_is_empty(queue) == (text[0] == '\0'));
}

/* abc de [file 100+20] fg hi: eleven bytes of memory and a file between. */
static struct outqueue *mixed(struct hold *hold)
{
    struct outqueue *queue = outqueue_new(8, 64);

    ck_assert_ptr_nonnull(queue);
    outqueue_copy(queue, "abc", 3);
    outqueue_view(queue, "de", 2, hold);
    outqueue_file(queue, 7, 100, 20, hold);
    outqueue_copy(queue, "fg", 2);
    outqueue_view(queue, "hi", 2, hold);
    return queue;
}

static const char all_of_mixed[] =
    "bytes:abc view:de file:100+20 bytes:fg view:hi";

START_TEST(items_stand_in_order_of_coming)
{
    struct outqueue *queue = mixed(NULL);

    check_contents(queue, all_of_mixed);
    ck_assert_int_eq(queue->items[queue->first + 2].fd, 7);
    outqueue_free(queue);
}
END_TEST

START_TEST(new_queue_is_empty)
{
    struct outqueue *queue = outqueue_new(0, 0);

    ck_assert_ptr_nonnull(queue);
    check_contents(queue, "");
    ck_assert(outqueue_has_room(queue, 0, 0));
    ck_assert(!outqueue_has_room(queue, 1, 0));
    ck_assert(!outqueue_has_room(queue, 0, 1));
    outqueue_free(queue);
    outqueue_free(NULL);
}
END_TEST

START_TEST(own_bytes_that_touch_are_one_item)
{
    struct outqueue *queue = outqueue_new(4, 64);

    outqueue_copy(queue, "abc", 3);
    outqueue_copy(queue, "def", 3);
    memcpy(outqueue_reserve(queue, 10), "ghi?????", 8);
    outqueue_commit(queue, 3); /* less than was asked for */
    check_contents(queue, "bytes:abcdefghi");
    outqueue_view(queue, "x", 1, NULL);
    outqueue_view(queue, "y", 1, NULL);
    outqueue_copy(queue, "j", 1);
    check_contents(queue, "bytes:abcdefghi view:x view:y bytes:j");
    outqueue_sent(queue, 11);
    outqueue_copy(queue, "k", 1);
    check_contents(queue, "bytes:jk");
    outqueue_free(queue);
}
END_TEST

START_TEST(own_bytes_join_what_was_sent_in_part)
{
    struct outqueue *queue = outqueue_new(4, 64);

    outqueue_copy(queue, "abcdef", 6);
    outqueue_sent(queue, 4);
    outqueue_copy(queue, "ghi", 3);
    check_contents(queue, "bytes:efghi");
    outqueue_free(queue);
}
END_TEST

START_TEST(zero_bytes_put_in_nothing)
{
    struct outqueue *queue = outqueue_new(4, 64);
    struct counted counted;

    counted_init(&counted);
    outqueue_copy(queue, "", 0);
    outqueue_reserve(queue, 64);
    outqueue_commit(queue, 0);
    outqueue_view(queue, "a", 0, &counted.hold);
    outqueue_file(queue, 7, 100, 0, &counted.hold);
    check_contents(queue, "");
    ck_assert_uint_eq(counted.hold.count, 1);
    outqueue_free(queue);
}
END_TEST

static const struct {
    uint64_t sent;
    const char *left;
} sendings[] = {
    {0, "bytes:abc view:de file:100+20 bytes:fg view:hi"},
    {1, "bytes:bc view:de file:100+20 bytes:fg view:hi"},
    {3, "view:de file:100+20 bytes:fg view:hi"},
    {4, "view:e file:100+20 bytes:fg view:hi"},
    {5, "file:100+20 bytes:fg view:hi"},
    {6, "file:101+19 bytes:fg view:hi"},
    {24, "file:119+1 bytes:fg view:hi"},
    {25, "bytes:fg view:hi"},
    {26, "bytes:g view:hi"},
    {27, "view:hi"},
    {28, "view:i"},
    {29, ""},
};

START_TEST(sent_bytes_leave_from_the_front)
{
    for (size_t i = 0; i < sizeof(sendings) / sizeof(sendings[0]); i++) {
        struct outqueue *queue = mixed(NULL);

        outqueue_sent(queue, sendings[i].sent);
        check_contents(queue, sendings[i].left);
        outqueue_free(queue);
    }
}
END_TEST

START_TEST(sent_in_any_two_parts_leaves_the_same)
{
    for (uint64_t first = 0; first <= 29; first++)
        for (size_t i = 0; i < sizeof(sendings) / sizeof(sendings[0]); i++) {
            struct outqueue *queue;

            if (sendings[i].sent < first)
                continue;
            queue = mixed(NULL);
            outqueue_sent(queue, first);
            outqueue_sent(queue, sendings[i].sent - first);
            check_contents(queue, sendings[i].left);
            outqueue_free(queue);
        }
}
END_TEST

/* Three items hold it, and so does the test. */
START_TEST(hold_is_released_with_the_last_byte_of_its_item)
{
    static const struct {
        uint64_t sent;
        unsigned count;
    } steps[] = {{4, 4}, {1, 3}, {19, 3}, {1, 2}, {2, 2}, {1, 2}, {1, 1}};
    struct counted counted;
    struct outqueue *queue;

    counted_init(&counted);
    queue = mixed(&counted.hold);
    ck_assert_uint_eq(counted.hold.count, 4);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        outqueue_sent(queue, steps[i].sent);
        ck_assert_uint_eq(counted.hold.count, steps[i].count);
    }
    ck_assert_uint_eq(counted.freed, 0);
    outqueue_free(queue);
    hold_release(&counted.hold);
    ck_assert_uint_eq(counted.freed, 1);
}
END_TEST

static void by_sending(struct outqueue *queue)
{
    outqueue_sent(queue, 29);
    outqueue_free(queue);
}

static void by_clearing(struct outqueue *queue)
{
    outqueue_clear(queue);
    outqueue_clear(queue);
    check_contents(queue, "");
    ck_assert(outqueue_has_room(queue, 8, 64));
    outqueue_free(queue);
}

static void by_clearing_the_rest(struct outqueue *queue)
{
    outqueue_sent(queue, 10);
    by_clearing(queue);
}

static void by_moving(struct outqueue *queue)
{
    struct outqueue *moved = outqueue_move(queue);

    outqueue_free(queue);
    outqueue_sent(moved, 7);
    outqueue_free(moved);
}

START_TEST(hold_is_released_exactly_once_however_the_queue_ends)
{
    static void (*const ways[])(struct outqueue *) = {
        outqueue_free, by_sending, by_clearing, by_clearing_the_rest,
        by_moving};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct counted counted;
        struct outqueue *queue;

        counted_init(&counted);
        queue = mixed(&counted.hold);
        hold_release(&counted.hold); /* the queue alone keeps it now */
        ck_assert_uint_eq(counted.freed, 0);
        ways[i](queue);
        ck_assert_uint_eq(counted.freed, 1);
    }
}
END_TEST

START_TEST(moved_queue_holds_what_was_left)
{
    for (size_t i = 0; i < sizeof(sendings) / sizeof(sendings[0]); i++) {
        struct outqueue *queue = mixed(NULL);
        struct outqueue *moved;

        outqueue_sent(queue, sendings[i].sent);
        moved = outqueue_move(queue);
        ck_assert_ptr_nonnull(moved);
        check_contents(queue, "");
        ck_assert(outqueue_has_room(queue, 8, 64));
        outqueue_copy(queue, "overwritten", 11); /* nothing is shared */
        check_contents(moved, sendings[i].left);
        outqueue_free(queue);
        check_contents(moved, sendings[i].left);
        outqueue_free(moved);
    }
}
END_TEST

START_TEST(moved_queue_is_of_exactly_its_size)
{
    struct outqueue *queue = mixed(NULL);
    struct outqueue *moved;

    outqueue_sent(queue, 2); /* one byte of "abc" is left, and "fg" */
    moved = outqueue_move(queue);
    ck_assert_uint_eq(moved->items_max, 5);
    ck_assert_uint_eq(moved->bytes_max, 3);
    ck_assert(!outqueue_has_room(moved, 1, 0));
    ck_assert(!outqueue_has_room(moved, 0, 1));
    outqueue_free(moved);
    outqueue_free(queue);
}
END_TEST

START_TEST(moving_again_keeps_the_order)
{
    struct outqueue *queue = mixed(NULL);
    struct outqueue *once = outqueue_move(queue);
    struct outqueue *twice = outqueue_move(once);

    check_contents(twice, all_of_mixed);
    check_contents(once, "");
    outqueue_free(twice);
    outqueue_free(once);
    outqueue_free(queue);
}
END_TEST

/* Room that was sent from the front comes back when all has gone. */
START_TEST(room_is_what_surely_fits)
{
    struct outqueue *queue = outqueue_new(3, 8);

    ck_assert(outqueue_has_room(queue, 3, 8));
    ck_assert(!outqueue_has_room(queue, 4, 0));
    ck_assert(!outqueue_has_room(queue, 0, 9));
    outqueue_copy(queue, "abc", 3);
    ck_assert(outqueue_has_room(queue, 2, 5));
    ck_assert(!outqueue_has_room(queue, 3, 0));
    ck_assert(!outqueue_has_room(queue, 0, 6));
    outqueue_view(queue, "d", 1, NULL);
    outqueue_copy(queue, "efghi", 5);
    ck_assert(outqueue_has_room(queue, 0, 0));
    ck_assert(!outqueue_has_room(queue, 1, 0));
    ck_assert(!outqueue_has_room(queue, 0, 1));
    outqueue_sent(queue, 8);
    ck_assert(!outqueue_has_room(queue, 1, 0));
    outqueue_sent(queue, 1);
    ck_assert(outqueue_has_room(queue, 3, 8));
    outqueue_free(queue);
}
END_TEST

/* A peer that reads nothing makes us hold no more than so much. */
START_TEST(what_is_borrowed_fills_the_queue)
{
    static char memory[OUTQUEUE_BORROWED_MAX];
    struct outqueue *queue = outqueue_new(8, 64);

    ck_assert_ptr_nonnull(queue);
    outqueue_view(queue, memory, sizeof(memory) - 1, NULL);
    ck_assert(outqueue_has_room(queue, 1, 1));
    outqueue_file(queue, 0, 0, 1, NULL);
    ck_assert(!outqueue_has_room(queue, 1, 1));
    outqueue_sent(queue, sizeof(memory) - 1);
    ck_assert(!outqueue_has_room(queue, 1, 1));
    outqueue_sent(queue, 1);
    ck_assert(outqueue_has_room(queue, 1, 1));
    outqueue_free(queue);
}
END_TEST

START_TEST(file_may_be_larger_than_memory)
{
    struct outqueue *queue = outqueue_new(1, 0);

    outqueue_file(queue, 7, UINT64_C(1) << 33, UINT64_C(1) << 40, NULL);
    outqueue_sent(queue, (UINT64_C(1) << 40) - 1);
    ck_assert_uint_eq(queue->items[queue->first].left, 1);
    ck_assert_uint_eq(queue->items[queue->first].offset,
                      (UINT64_C(1) << 33) + (UINT64_C(1) << 40) - 1);
    outqueue_free(queue);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outqueue");

    suite_add_tests(
        suite, items_stand_in_order_of_coming, new_queue_is_empty,
        own_bytes_that_touch_are_one_item, own_bytes_join_what_was_sent_in_part,
        zero_bytes_put_in_nothing, sent_bytes_leave_from_the_front,
        sent_in_any_two_parts_leaves_the_same,
        hold_is_released_with_the_last_byte_of_its_item,
        hold_is_released_exactly_once_however_the_queue_ends,
        moved_queue_holds_what_was_left, moved_queue_is_of_exactly_its_size,
        moving_again_keeps_the_order, room_is_what_surely_fits,
        what_is_borrowed_fills_the_queue, file_may_be_larger_than_memory);
    return suite_run(suite);
}
