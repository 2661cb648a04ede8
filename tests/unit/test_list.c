#include "base/list.h"

#include "suite.h"

enum { NODES = 4 };

struct item {
    int before; /* so that the node is not what the struct begins with */
    struct list node;
};

static void items_init(struct item items[NODES])
{
    for (int i = 0; i < NODES; i++) {
        items[i].before = i;
        list_init(&items[i].node);
    }
}

/* Asserts that the list is `count` items of these numbers, both ways. */
static void check_order(struct list *head, const int *order, int count)
{
    struct list *node = head;

    for (int i = 0; i < count; i++) {
        node = node->next;
        ck_assert_int_eq(LIST_ENTRY(node, struct item, node)->before, order[i]);
    }
    ck_assert_ptr_eq(node->next, head);
    for (int i = count; i-- > 0; node = node->prev)
        ck_assert_int_eq(LIST_ENTRY(node, struct item, node)->before, order[i]);
    ck_assert_ptr_eq(node, head);
    ck_assert(list_is_empty(head) == (count == 0));
}

START_TEST(nodes_stand_in_order_of_appending)
{
    struct item items[NODES];
    struct list head;

    items_init(items);
    list_init(&head);
    check_order(&head, NULL, 0);
    for (int i = 0; i < NODES; i++)
        list_append(&head, &items[i].node);
    check_order(&head, (const int[]){0, 1, 2, 3}, 4);
}
END_TEST

START_TEST(unlinked_from_front_middle_and_end)
{
    struct item items[NODES];
    struct list head;

    items_init(items);
    list_init(&head);
    for (int i = 0; i < NODES; i++)
        list_append(&head, &items[i].node);
    list_unlink(&items[1].node);
    check_order(&head, (const int[]){0, 2, 3}, 3);
    list_unlink(&items[3].node);
    check_order(&head, (const int[]){0, 2}, 2);
    list_unlink(&items[0].node);
    check_order(&head, (const int[]){2}, 1);
    list_append(&head, &items[0].node);
    check_order(&head, (const int[]){2, 0}, 2);
    list_unlink(&items[2].node);
    list_unlink(&items[0].node);
    check_order(&head, NULL, 0);
}
END_TEST

START_TEST(unlinking_twice_does_no_harm)
{
    struct item items[NODES];
    struct list head;

    items_init(items);
    list_init(&head);
    list_unlink(&items[0].node); /* never in a list */
    for (int i = 0; i < 3; i++)
        list_append(&head, &items[i].node);
    list_unlink(&items[1].node);
    ck_assert(list_is_empty(&items[1].node));
    list_unlink(&items[1].node);
    check_order(&head, (const int[]){0, 2}, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("list");

    suite_add_tests(suite, nodes_stand_in_order_of_appending,
                    unlinked_from_front_middle_and_end,
                    unlinking_twice_does_no_harm);
    return suite_run(suite);
}
