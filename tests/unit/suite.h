/* suite.h -- the main function of a unit test program
 *
 * tests/unit/test_x.c is one program that tests src/x.c through its header,
 * with Check, as a table where it can:
 *
 *     int main(void)
 *     {
 *         Suite *suite = suite_create("range");
 *         suite_add_tests(suite, suffix_longer_than_file, open_range, ...);
 *         return suite_run(suite);
 *     }
 */
#ifndef UNIT_SUITE_H
#define UNIT_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Check would note the place of each assertion that holds, at the cost of a
 * system call; it learns the place of one that fails all the same. */
#define _mark_point(file, line) ((void)0)

#define suite_add_tests(suite, ...) \
    suite_add_all((suite), (const TTest *const[]){__VA_ARGS__, NULL})

static inline void suite_add_all(Suite *suite, const TTest *const *tests)
{
    TCase *tcase = tcase_create("all");

    tcase_set_timeout(tcase, 60); /* these machines are slow and shared */
    for (; *tests != NULL; tests++)
        tcase_add_test(tcase, *tests);
    suite_add_tcase(suite, tcase);
}

/* Runs the suite and frees it. Returns main's exit status. */
static inline int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
