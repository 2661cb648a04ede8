/* The thread that compresses: what it makes, what it shares, when its desks are
 * full, and how it ends. */
#include "files/squeezer.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "files/file_tag.h"
#include "files/squeeze.h"
#include "suite.h"

enum {
    SMALL = 5000,
    LARGE = 2000000,
    END_MS = 30000, /* these machines are slow and shared */
};

struct fixture {
    struct squeezer *squeezer;
    struct squeezer_desk *desks[2];
    struct waker waker;
    char *text; /* LARGE bytes */
};

static void keep(struct hold *hold)
{
    (void)hold;
}

static enum derived_key key_of_build(void)
{
    return squeeze_can(DERIVED_BROTLI) ? DERIVED_BROTLI : DERIVED_GZIP;
}

static bool begin(struct fixture *f)
{
    if (!squeeze_can(key_of_build()))
        return false;
    ck_assert_int_eq(squeezer_new(&f->squeezer), 0);
    for (int i = 0; i < 2; i++) {
        f->desks[i] = squeezer_desk_open(f->squeezer);
        ck_assert_ptr_nonnull(f->desks[i]);
    }
    f->waker = (struct waker){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    f->text = malloc(LARGE + 64);
    ck_assert_ptr_nonnull(f->text);
    for (unsigned at = 0, i = 0; at < LARGE; i++)
        at += (unsigned)sprintf(f->text + at, "line %u of it, %x\n", i,
                                i * 2654435761U % 65521U);
    return true;
}

static void end(struct fixture *f)
{
    ck_assert(squeezer_end(f->squeezer, clock_now_ms() + END_MS));
    for (int i = 0; i < 2; i++)
        squeezer_desk_close(f->desks[i]);
    squeezer_free(f->squeezer);
    close(f->waker.fd);
    free(f->text);
}

/* A file in memory, whose version has this inode. */
static struct file made(const struct fixture *f, size_t size)
{
    struct file file = {
        .kind = FILE_REGULAR, .fd = -1, .size = size, .body = f->text};

    hold_init(&file.hold, keep);
    return file;
}

static bool post(struct fixture *f, int desk, const struct file *file,
                 ino_t ino)
{
    struct file_version version = {.inode = ino, .size = (off_t)file->size};

    return squeezer_post(f->desks[desk], file, &version, key_of_build(),
                         &f->waker);
}

/* Waits for the waker, as a worker does. */
static struct squeezed taken(struct fixture *f, int desk)
{
    struct squeezed squeezed;

    while (!squeezer_take(f->desks[desk], &squeezed)) {
        struct pollfd woken = {.fd = f->waker.fd, .events = POLLIN};
        uint64_t count;

        ck_assert_int_eq(poll(&woken, 1, END_MS), 1);
        ck_assert_int_eq(read(f->waker.fd, &count, sizeof(count)), 8);
        waker_reset(&f->waker);
    }
    hold_release(file_hold(squeezed.source));
    return squeezed;
}

START_TEST(job_is_done)
{
    struct fixture f;
    struct squeezed squeezed;
    char etag[FILE_TAG_SIZE];
    struct bytes out;
    const atomic_bool never = false;
    struct file file;

    if (!begin(&f))
        return;
    file = made(&f, SMALL);
    ck_assert(!squeezer_take(f.desks[0], &squeezed));
    ck_assert(post(&f, 0, &file, 1));
    ck_assert_uint_eq(file.hold.count, 2);
    squeezed = taken(&f, 0);
    ck_assert_uint_eq(file.hold.count, 1);
    ck_assert_ptr_eq(squeezed.source, &file);
    ck_assert_int_eq(squeezed.key, key_of_build());
    squeeze(key_of_build(), (struct bytes){f.text, SMALL}, &never, &out);
    ck_assert(bytes_equal(squeezed.content, out));
    file_tag_of_content(out, etag);
    ck_assert(bytes_equal(squeezed.etag, bytes_of(etag)));
    free((void *)(uintptr_t)out.at);
    squeezed_release(squeezed.owner);
    end(&f);
}
END_TEST

/* From a descriptor, and only if it still has the version. */
START_TEST(file_is_read_by_its_descriptor)
{
    struct fixture f;
    char name[] = "/tmp/squeezer-XXXXXX";
    struct squeezed squeezed;
    struct file_version version;
    struct stat status;
    struct file file;

    if (!begin(&f))
        return;
    file = made(&f, SMALL);
    file.fd = mkstemp(name);
    unlink(name);
    ck_assert_int_eq(write(file.fd, f.text, SMALL), SMALL);
    ck_assert_int_eq(fstat(file.fd, &status), 0);
    file.body = NULL;
    version = file_version_of(&status);
    ck_assert(
        squeezer_post(f.desks[0], &file, &version, key_of_build(), &f.waker));
    squeezed = taken(&f, 0);
    ck_assert_ptr_nonnull(squeezed.owner);
    squeezed_release(squeezed.owner);
    ck_assert_int_eq(ftruncate(file.fd, SMALL - 1), 0);
    version.inode++; /* so that the copy is not found */
    ck_assert(
        squeezer_post(f.desks[0], &file, &version, key_of_build(), &f.waker));
    squeezed = taken(&f, 0);
    ck_assert_ptr_null(squeezed.owner);
    ck_assert(!squeezed.is_final);
    close(file.fd);
    end(&f);
}
END_TEST

START_TEST(equal_versions_share_a_copy)
{
    struct fixture f;
    struct squeezed one, two, other;
    struct file file;

    if (!begin(&f))
        return;
    file = made(&f, SMALL);
    ck_assert(post(&f, 0, &file, 1));
    one = taken(&f, 0);
    ck_assert(post(&f, 1, &file, 1));
    two = taken(&f, 1);
    ck_assert(post(&f, 1, &file, 2));
    other = taken(&f, 1);
    ck_assert_ptr_eq(one.owner, two.owner);
    ck_assert_ptr_ne(one.owner, other.owner);
    squeezed_release(one.owner);
    squeezed_release(other.owner);
    ck_assert_mem_ne(two.content.at, f.text, two.content.len); /* it is there */
    squeezed_release(two.owner);
    end(&f);
}
END_TEST

START_TEST(no_gain_is_final)
{
    struct fixture f;
    struct squeezed squeezed;
    uint32_t state = 1;
    struct file file;

    if (!begin(&f))
        return;
    for (size_t i = 0; i < SMALL; i++) {
        state = state * 1664525U + 1013904223U;
        f.text[i] = (char)(state >> 24);
    }
    file = made(&f, SMALL);
    ck_assert(post(&f, 0, &file, 1));
    squeezed = taken(&f, 0);
    ck_assert_ptr_null(squeezed.owner);
    ck_assert(squeezed.is_final);
    end(&f);
}
END_TEST

/* A place is taken until its job is, not only until that is done. */
START_TEST(full_desk_takes_no_job)
{
    struct fixture f;
    struct squeezed squeezed;
    struct file file;

    if (!begin(&f))
        return;
    file = made(&f, SMALL);
    for (int lap = 0; lap < 3; lap++) {
        for (ino_t i = 0; i < SQUEEZER_PLACES; i++)
            ck_assert(post(&f, 0, &file, 1 + i));
        ck_assert(!post(&f, 0, &file, 99));
        ck_assert_uint_eq(file.hold.count, 1 + SQUEEZER_PLACES);
        ck_assert(post(&f, 1, &file, 99)); /* the other has places */
        for (ino_t i = 0; i < SQUEEZER_PLACES; i++) {
            squeezed = taken(&f, 0);
            squeezed_release(squeezed.owner);
        }
        squeezed = taken(&f, 1);
        squeezed_release(squeezed.owner);
        ck_assert_uint_eq(file.hold.count, 1);
    }
    end(&f);
}
END_TEST

/* The end comes at once, and releases what lies at the desks: one job under
 * way, others posted, one done. */
START_TEST(end_does_not_wait_for_jobs)
{
    struct file large, small;
    struct fixture f;
    int64_t start_ms;

    if (!begin(&f))
        return;
    small = made(&f, SMALL);
    large = made(&f, LARGE);
    ck_assert(post(&f, 0, &small, 1));
    while (!waker_is_due(&f.waker))
        poll(NULL, 0, 1);
    for (ino_t i = 0; i < 10; i++)
        ck_assert(post(&f, 1, &large, 2 + i));
    start_ms = clock_now_ms();
    end(&f);
    ck_assert_int_lt(clock_now_ms() - start_ms, END_MS / 2);
    ck_assert_uint_eq(small.hold.count, 1);
    ck_assert_uint_eq(large.hold.count, 1);
}
END_TEST

/* Where the process cannot start: the thread may be about to begin. Sanitizers
 * see whether it looks at a desk that was closed. */
START_TEST(desk_is_closed_before_the_first_job)
{
    for (int i = 0; i < 200; i++) {
        struct squeezer_desk *desk;
        struct squeezer *squeezer;

        ck_assert_int_eq(squeezer_new(&squeezer), 0);
        desk = squeezer_desk_open(squeezer);
        if (i % 2 == 0)
            poll(NULL, 0, 1); /* it has probably begun */
        squeezer_desk_close(desk);
        ck_assert(squeezer_end(squeezer, clock_now_ms() + END_MS));
        squeezer_free(squeezer);
    }
}
END_TEST

/* Past the deadline the thread is left to itself; the process may end. What it
 * has stays, so that it can go on. */
START_TEST(end_gives_up_at_its_deadline)
{
    static struct file large;
    static struct fixture f;
    bool has_ended;

    if (!begin(&f))
        return;
    large = made(&f, LARGE);
    for (ino_t i = 0; i < SQUEEZER_PLACES; i++)
        ck_assert(post(&f, 0, &large, 1 + i));
    while (!waker_is_due(&f.waker)) /* the next job is under way */
        poll(NULL, 0, 1);
    has_ended = squeezer_end(f.squeezer, clock_now_ms() - 1);
    ck_assert(!has_ended || file_hold(&large)->count > 1);
}
END_TEST

/* The file that is being compressed takes a while: the other desk's small job
 * comes after it, and before the next large one. */
START_TEST(desks_take_turns)
{
    struct file large, small;
    struct fixture f;
    struct squeezed squeezed;

    if (!begin(&f))
        return;
    small = made(&f, SMALL);
    large = made(&f, LARGE);
    for (ino_t i = 0; i < SQUEEZER_PLACES; i++)
        ck_assert(post(&f, 0, &large, 1 + i));
    ck_assert(post(&f, 1, &small, 99));
    squeezed = taken(&f, 1);
    squeezed_release(squeezed.owner);
    for (int done = 0; squeezer_take(f.desks[0], &squeezed); done++) {
        ck_assert_int_le(done, 2);
        hold_release(file_hold(squeezed.source));
        squeezed_release(squeezed.owner);
    }
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("squeezer");

    suite_add_tests(suite, job_is_done, file_is_read_by_its_descriptor,
                    equal_versions_share_a_copy, no_gain_is_final,
                    full_desk_takes_no_job, end_does_not_wait_for_jobs,
                    desk_is_closed_before_the_first_job,
                    end_gives_up_at_its_deadline, desks_take_turns);
    return suite_run(suite);
}
